import pytest

from lanedet_mm.lanes import ground_scale, latitude_deg, mercator_x, mercator_y

# y = R ln tan(45 deg + lat / 2) with R = 6378137 m: at 60 deg, R ln(2 + sqrt 3).
Y_60_M = 8399737.89


@pytest.mark.parametrize(
    ('lat_deg', 'y_m', 'scale'),
    [
        (0.0, 0.0, 1.0),
        (60.0, Y_60_M, 0.5),
        (-60.0, -Y_60_M, 0.5),
        (45.0, 5621521.49, 0.70711),  # R ln(1 + sqrt 2)
    ],
)
def test_northing_latitude_and_scale_belong_together(
    lat_deg: float, y_m: float, scale: float
) -> None:
    assert mercator_y(lat_deg) == pytest.approx(y_m, abs=0.01)
    assert latitude_deg(y_m) == pytest.approx(lat_deg, abs=1e-7)
    assert ground_scale(y_m) == pytest.approx(scale, abs=1e-5)


def test_the_date_line_is_half_the_equator_away() -> None:
    assert mercator_x(180) == pytest.approx(20037508.34, abs=0.01)
    assert mercator_x(-90) == pytest.approx(-10018754.17, abs=0.01)
