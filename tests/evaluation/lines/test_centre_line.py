import numpy as np
import pytest

from lanedet_mm.evaluation.lines.centre_line import CentreLine
from lanedet_mm.lanes import TAXONOMIES, Lane, draw_mask

SIZE = (400, 400)
EVERYWHERE = np.ones(SIZE, bool)


def length_of(mask: np.ndarray, valid: np.ndarray | None = None) -> float:
    valid = np.ones(mask.shape, bool) if valid is None else valid
    return float(CentreLine.of_mask(mask, valid).length_px.sum())


@pytest.mark.parametrize('width', [1, 2, 3, 4, 7])
@pytest.mark.parametrize('upright', [False, True])
def test_a_bar_is_as_long_as_it_was_drawn(width: int, upright: bool) -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[20 : 20 + width, 5:55] = 1
    assert length_of(mask.T.copy() if upright else mask) == pytest.approx(
        50 if width % 2 else 49  # a band of an even width has no pixel in its middle
    )


@pytest.mark.parametrize('width', [1.0, 3.0, 4.0])
@pytest.mark.parametrize('angle', [0, 11.25, 22.5, 26.57, 33.75, 45, 67.5, 90, 112.5, 135])
def test_length_has_next_to_no_bias_at_any_angle(angle: float, width: float) -> None:
    way = 150 * np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    lane = Lane(np.stack([199.3 - way, 199.3 + way]))
    mask = draw_mask([lane], SIZE, TAXONOMIES['white'], width_px=width)
    assert length_of(mask) == pytest.approx(300 + width, rel=0.03)  # round ends


def test_steps_by_hand() -> None:
    mask = np.zeros((9, 12), np.uint8)
    mask[4, 1:6] = 1  # 4 steps straight on
    mask[[5, 6, 7], [6, 7, 8]] = 1  # then 3 diagonal ones, with a corner between them
    ends = 0.5 + 0.5
    assert length_of(mask) == pytest.approx(4 + 3 * np.sqrt(2) - 0.11 + ends)


def test_a_stair_is_walked_across_its_corners() -> None:
    mask = np.zeros((6, 6), np.uint8)
    mask[[1, 2, 2, 3, 3], [1, 1, 2, 2, 3]] = 1
    assert length_of(mask) == pytest.approx(2 * np.sqrt(2) + 1, abs=1)


def test_a_dot_has_its_own_size() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[4, 4] = 2
    dot = CentreLine.of_mask(mask, np.ones((9, 9), bool))
    assert dot.points_px.tolist() == [[4, 4]]
    assert dot.class_index.tolist() == [2]
    assert dot.length_px.tolist() == [1.0]


def test_classes_that_take_turns_are_one_line() -> None:
    mask = np.zeros((20, 50), np.uint8)
    mask[9:12, 5:25], mask[9:12, 25:45] = 1, 2
    line = CentreLine.of_mask(mask, np.ones(mask.shape, bool))
    assert set(line.points_px[:, 0]) == {10}
    assert np.bincount(line.class_index, line.length_px) == pytest.approx([0, 20, 20])


def test_what_is_not_valid_is_dropped_after_thinning() -> None:
    mask = np.zeros((20, 50), np.uint8)
    mask[9:12, 5:45] = 1
    valid = np.ones(mask.shape, bool)
    valid[:, 25:] = False
    assert length_of(mask, valid) == pytest.approx(20)  # no free end at the border of the ground


def test_polylines_are_exact_and_clipped_to_the_tile() -> None:
    lines = [
        (np.array([[10.0, 10], [13, 14], [13, 14], [13, 24]]), 1),  # 5 + 10 px
        (np.array([[-20.5, 30], [19.5, 30]]), 2),  # half of it left of the tile's edge at -0.5
    ]
    line = CentreLine.of_polylines(lines, EVERYWHERE)
    assert np.bincount(line.class_index, line.length_px) == pytest.approx([0, 15, 20])
    assert line.points_px[line.class_index == 2, 1] == pytest.approx(np.arange(20))
    assert set(line.points_px[line.class_index == 2, 0]) == {30}
    assert not line.is_of_mask
    assert line.way is not None
    assert line.way[0] == pytest.approx([0.8, 0.6])  # (row, column) of 3 px right, 4 px down


def test_no_paint_and_no_polyline_are_no_points() -> None:
    for line in (
        CentreLine.of_mask(np.zeros(SIZE, np.uint8), EVERYWHERE),
        CentreLine.of_polylines([], EVERYWHERE),
    ):
        assert len(line.points_px) == len(line.length_px) == len(line.class_index) == 0
