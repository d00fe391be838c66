import numpy as np
import pytest

from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.network.motorway_layout import draw_motorway
from lanedet_mm.synthesis.network.road_habits import ROAD_HABITS


@pytest.mark.parametrize('seed', range(20))
def test_a_motorway_crosses_the_map_in_bends_that_its_city_builds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    habits = ROAD_HABITS['valencia']
    road = draw_motorway(CITY_STYLES['valencia'], habits, rng.uniform(0, 3), 1500.0, rng)
    assert road.curve.length_m > 0.6 * 1500
    assert np.abs(road.curve.points_m).max() <= 750
    heading = road.curve.heading(np.arange(0.0, road.curve.length_m, 20.0))
    assert np.abs(np.diff(heading)).max() <= 20 / habits.radius_m[0] + 1e-3
    # The lanes of each direction follow one of the city's layouts.
    right = tuple(each.lanes for each in road.carriageways if each.side == 1)
    left = tuple(each.lanes for each in road.carriageways if each.side == -1)
    assert right == left
    assert right in habits.motorways
