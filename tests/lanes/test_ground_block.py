import pytest

from lanedet_mm.lanes import mercator_x, mercator_y
from lanedet_mm.lanes.ground_block import ground_block


def box(lat_deg: float, lon_deg: float) -> tuple[float, float, float, float]:
    x_m, y_m = mercator_x(lon_deg), mercator_y(lat_deg)
    return x_m - 10, y_m - 10, x_m + 10, y_m + 10


def test_blocks_are_ground_metres_at_any_latitude() -> None:
    # A degree of latitude is 111,319.5 m on the sphere; of longitude at 60 degrees half of that.
    assert ground_block(box(1, 1), 500.0) == (222, 222)
    row, col = ground_block(box(60, 1), 500.0)
    assert row == pytest.approx(60 * 111319.5 // 500)
    assert col == pytest.approx(111319.5 / 2 // 500, abs=1)


def test_south_and_west_have_blocks_of_their_own() -> None:
    assert ground_block((-20, -20, -10, -10), 500.0) == (-1, -1)
    assert ground_block((10, 10, 20, 20), 500.0) == (0, 0)
