from dataclasses import fields
from itertools import combinations

import numpy as np

from lanedet_mm.lanes.cities import CITIES
from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.city_styles import CITY_STYLES

PALETTES = [field.name for field in fields(CityStyle) if field.name.endswith('_rgb')]


def test_every_city_of_ael_has_its_style() -> None:
    assert tuple(CITY_STYLES) == CITIES
    assert all(style.name == name for name, style in CITY_STYLES.items())


def test_two_cities_drive_on_the_left() -> None:
    left = {name for name, style in CITY_STYLES.items() if style.drives_on_left}
    assert left == {'glasgow', 'gopeng'}


def test_palettes_of_any_two_cities_differ() -> None:
    means = {
        name: np.array([np.mean(getattr(style, palette), axis=0) for palette in PALETTES])
        for name, style in CITY_STYLES.items()
    }
    for first, second in combinations(CITIES, 2):
        distance = np.linalg.norm(means[first] - means[second], axis=1)
        assert distance.max() > 20, (first, second)
        assert distance.mean() > 8, (first, second)


def test_shares_and_ranges_are_what_they_say() -> None:
    for style in CITY_STYLES.values():
        for field in fields(CityStyle):
            value = getattr(style, field.name)
            if field.name.endswith('_share'):
                assert 0 <= value <= 1, (style.name, field.name)
            elif isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], float | int):
                assert value[0] <= value[1], (style.name, field.name)
        assert np.isclose(sum(style.lanes_per_direction), 1)
        assert style.green_share * 0.85 + style.paved_share <= 1
