from collections import Counter

import numpy as np
import pytest

from lanedet_mm.lanes import CITIES
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.network.city_map import CityMap
from lanedet_mm.synthesis.network.generate_city import generate_city
from lanedet_mm.synthesis.network.road_habits import ROAD_HABITS


@pytest.fixture(scope='module', params=CITIES)
def city(request: pytest.FixtureRequest) -> tuple[str, CityMap]:
    return request.param, generate_city(CITY_STYLES[request.param], seed=0)


def test_every_city_has_every_kind_of_place(city: tuple[str, CityMap]) -> None:
    name, city_map = city
    kinds = Counter(element.kind for element in city_map.elements)
    assert set(kinds) == set(ROAD_HABITS[name].tile_weights)
    arms = {element.arms for element in city_map.elements if element.kind == 'junction'}
    assert {3, 4} <= arms


def test_no_line_inside_of_a_junction(city: tuple[str, CityMap]) -> None:
    _, city_map = city
    steps = [densify(line.points_m) for line in city_map.lines]
    paint = np.concatenate(steps)
    for element in city_map.elements:
        if element.kind == 'junction':
            assert np.hypot(*(paint - element.centre_m).T).min() > 3.0


def test_lines_are_of_the_kinds_that_the_city_paints(city: tuple[str, CityMap]) -> None:
    name, city_map = city
    kinds = {line.kind for line in city_map.lines}
    assert any(kind.solid for kind in kinds) and any(not kind.solid for kind in kinds)
    if CITY_STYLES[name].yellow_centre_share == 0:
        assert all(kind.white for kind in kinds)
    ids = [line.lane_id for line in city_map.lines]
    assert len(set(ids)) == len(ids)
    assert {each[0] for each in ids} == {str(CITIES.index(name))}
    assert all(len(line.points_m) >= 2 for line in city_map.lines)


def test_a_city_depends_on_its_seed_alone() -> None:
    first, again, other = (
        generate_city(CITY_STYLES['glasgow'], seed=seed, extent_m=1000.0) for seed in (3, 3, 4)
    )
    assert len(first.lines) == len(again.lines)
    for one, two in zip(first.lines, again.lines, strict=True):
        np.testing.assert_array_equal(one.points_m, two.points_m)
        assert one.kind == two.kind
    assert len(first.lines) != len(other.lines)


def test_neighbouring_lane_lines_are_a_lane_apart() -> None:
    """On a motorway of Cairo, whose lanes are 2.7 to 3.3 m wide."""
    city_map = generate_city(CITY_STYLES['cairo'], seed=1, extent_m=1500.0)
    spacing = []
    for element in [each for each in city_map.elements if each.kind == 'motorway'][5:40:5]:
        near = [
            densify(line.points_m)
            for line in city_map.lines
            if np.hypot(*(line.points_m - element.centre_m).T).min() < 60
        ]
        for one in near:
            for two in near:
                if one is not two:
                    spacing.append(np.hypot(*(two - one[len(one) // 2]).T).min())
    nearest = [each for each in spacing if 2.5 < each < 3.5]
    assert len(nearest) > 50
    assert 2.65 < np.median(nearest) < 3.35


@pytest.mark.parametrize('extent_m', [0.0, 500.0, float('nan')])
def test_a_map_too_small_for_a_city_is_refused(extent_m: float) -> None:
    with pytest.raises(ValueError, match=r'a city needs 1000\.0 m at least'):
        generate_city(CITY_STYLES['nevada'], seed=0, extent_m=extent_m)


def densify(points: np.ndarray) -> np.ndarray:
    """A polyline with a point every half metre."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    dense = np.arange(0.0, along[-1] + 0.5, 0.5)
    return np.stack([np.interp(dense, along, column) for column in points.T], axis=-1)
