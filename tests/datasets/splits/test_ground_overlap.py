import numpy as np
import pytest

from lanedet_mm.datasets.splits.ground_overlap import covered_share, overlaps_any

UNIT = [0.0, 0.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ('others', 'share'),
    [
        ([], 0.0),
        ([UNIT], 1.0),
        ([[-5, -5, 15, 15]], 1.0),
        ([[10, 0, 20, 10]], 0.0),  # touching edges
        ([[10, 10, 20, 20]], 0.0),  # touching corners
        ([[5, 5, 15, 15]], 0.25),
        ([[0, 0, 5, 10], [5, 0, 10, 10]], 1.0),
        ([[0, 0, 5, 10], [0, 0, 10, 5]], 0.75),  # 50 + 50 - 25, not their sum
        ([[2, 2, 4, 4], [2, 2, 4, 4], [6, 6, 8, 8]], 0.08),
        ([[9.999, -3, 30, 40]], 0.0001),
        ([[0, 0, 1, 10], [3, 0, 4, 10], [-1, 4, 11, 6]], 0.36),  # 10 + 10 + 20 - 2 - 2
    ],
)
def test_the_share_of_a_box_under_the_union_of_others(
    others: list[list[float]], share: float
) -> None:
    boxes = np.array([UNIT])
    array = np.array(others, float).reshape(-1, 4)
    assert covered_share(boxes, array) == pytest.approx([share])
    assert overlaps_any(boxes, array).tolist() == [share > 0]


def test_neighbours_of_a_grid_touch_however_their_corners_were_rounded() -> None:
    xmin = -473123.4 + np.arange(99) * 38.4
    row = np.stack([xmin, np.zeros(99), xmin + 38.4, np.full(99, 38.4)], axis=1)
    assert (row[:-1, 2] > row[1:, 0]).any()  # by less than a nanometre
    assert not overlaps_any(row[::2], row[1::2]).any()


def test_against_counting_cells() -> None:
    rng = np.random.default_rng(0)

    def some(count: int) -> np.ndarray:
        corner = rng.integers(0, 60, (count, 2))
        return np.hstack([corner, corner + rng.integers(1, 20, (count, 2))]).astype(float)

    boxes, others = some(300), some(40)
    ground = np.zeros((100, 100), bool)
    for xmin, ymin, xmax, ymax in others.astype(int):
        ground[ymin:ymax, xmin:xmax] = True
    expected = [ground[y0:y1, x0:x1].mean() for x0, y0, x1, y1 in boxes.astype(int)]
    np.testing.assert_allclose(covered_share(boxes, others), expected, atol=1e-12)
    np.testing.assert_array_equal(overlaps_any(boxes, others), np.array(expected) > 0)


def test_no_boxes_no_shares() -> None:
    nothing = np.zeros((0, 4))
    assert covered_share(nothing, np.array([UNIT])).shape == (0,)
    assert overlaps_any(nothing, nothing).shape == (0,)


def test_as_many_tiles_as_the_whole_release() -> None:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 12000, (7817, 2))
    boxes = np.hstack([corner, corner + 350])
    share = covered_share(boxes[:2346], boxes[2346:])
    # Chance of a point to be under none of 5471 boxes: exp(-5471 * 350^2 / 12350^2) = 0.012.
    assert share.mean() == pytest.approx(0.988, abs=0.01)
