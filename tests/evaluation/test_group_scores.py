import numpy as np
import pytest

from lanedet_mm.evaluation.group_scores import gsd_bin, score_groups

EDGES_M = (0.1, 0.15, 0.3)


@pytest.mark.parametrize(
    ('ground_gsd_m', 'name'),
    [
        (0.02, '0-0.10'),
        (0.1, '0.10-0.15'),
        (0.149, '0.10-0.15'),
        (0.15, '0.15-0.30'),
        (0.3, '0.30-inf'),
        (5.0, '0.30-inf'),
        (None, None),
    ],
)
def test_bin_holds_its_lower_edge(ground_gsd_m: float | None, name: str | None) -> None:
    assert gsd_bin(ground_gsd_m, EDGES_M) == name


def test_groups_add_their_pixels_before_they_are_scored() -> None:
    half = np.array([[0, 0], [1, 1]])
    whole = np.array([[0, 0], [0, 8]])
    scores = score_groups([('b', half), ('a', whole), (None, half), ('b', whole)])
    assert list(scores) == ['a', 'b']
    assert scores['a'].lane_iou == 1
    assert scores['b'].lane_iou == pytest.approx(9 / 10)  # not (0.5 + 1) / 2


def test_no_group_at_all_is_empty() -> None:
    assert score_groups([(None, np.eye(2, dtype=np.int64))]) == {}
