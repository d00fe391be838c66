import numpy as np
import pytest

from lanedet_mm.synthesis.network.crossing import find_crossings, overlap_m
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve


def straight(start: tuple[float, float], end: tuple[float, float]) -> ReferenceCurve:
    return ReferenceCurve(np.linspace(start, end, 101))


def test_crossing_of_two_straights() -> None:
    east = straight((0, 0), (200, 0))
    (found,) = find_crossings(east, straight((50, -100), (150, 100)))
    assert found.first_m == pytest.approx(100)
    assert found.second_m == pytest.approx(np.hypot(50, 100))
    assert found.angle == pytest.approx(np.arctan(2))


def test_roads_that_pass_each_other_do_not_cross() -> None:
    east = straight((0, 0), (200, 0))
    assert find_crossings(east, straight((0, 5), (200, 5))) == []
    assert find_crossings(east, straight((300, -50), (300, 50))) == []


@pytest.mark.parametrize(
    ('angle_deg', 'reach_m'),
    [(90, 6.0), (30, (6 + 4 * np.cos(np.pi / 6)) / 0.5), (5, 28.53)],
)
def test_overlap_of_two_surfaces(angle_deg: float, reach_m: float) -> None:
    # 5 degrees count as 20: (6 + 4 cos 20) / sin 20.
    assert overlap_m(4.0, 6.0, np.radians(angle_deg)) == pytest.approx(reach_m, abs=0.01)
