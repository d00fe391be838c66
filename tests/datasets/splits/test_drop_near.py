import numpy as np
import pytest

from lanedet_mm.datasets.splits.drop_near import drop_near

Y_60_M = 8399737.89  # one Mercator metre is half a metre of ground


def row_of_tiles(gaps_m: list[float], y_m: float = 0.0) -> np.ndarray:
    """Tiles of 100 Mercator metres in a row, with these gaps between them."""
    left = np.concatenate([[0], np.cumsum(np.array(gaps_m) + 100)])
    bottom = np.full_like(left, y_m)
    return np.column_stack([left, bottom, left + 100, bottom + 100])


def test_overlapping_tiles_give_way_to_test_then_to_val() -> None:
    # train, val and test in a row, each 10 m into the next.
    sides = np.array(['train', 'val', 'test', 'train'])
    assert drop_near(sides, row_of_tiles([-10, -10, 0])).tolist() == [False, True, False, False]
    # The val tile is gone, so that the first training tile may stay.


def test_touching_is_no_overlap_but_nearer_than_a_buffer() -> None:
    sides = np.array(['train', 'test', 'train'])
    regions = row_of_tiles([0, 30])
    assert drop_near(sides, regions).tolist() == [False, False, False]
    assert drop_near(sides, regions, buffer_m=29.9).tolist() == [True, False, False]
    assert drop_near(sides, regions, buffer_m=30.1).tolist() == [True, False, True]


@pytest.mark.parametrize('y_m', [Y_60_M, -Y_60_M])
def test_the_buffer_is_in_ground_metres(y_m: float) -> None:
    # 30 Mercator metres are 15 m of ground here.
    sides = np.array(['train', 'test'])
    regions = row_of_tiles([30], y_m)
    assert not drop_near(sides, regions, buffer_m=14.9).any()
    assert drop_near(sides, regions, buffer_m=15.1).tolist() == [True, False]


def test_tiles_of_one_side_do_not_mind_each_other() -> None:
    assert not drop_near(np.array(['val', 'val']), row_of_tiles([-50]), buffer_m=500).any()
