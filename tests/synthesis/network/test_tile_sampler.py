import numpy as np
import pytest

from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.network.city_map import CityMap
from lanedet_mm.synthesis.network.generate_city import generate_city
from lanedet_mm.synthesis.network.road_habits import ROAD_HABITS
from lanedet_mm.synthesis.network.tile_sampler import sample_tile, side_of

WEIGHTS = ROAD_HABITS['nevada'].tile_weights


@pytest.fixture(scope='module')
def city() -> CityMap:
    return generate_city(CITY_STYLES['nevada'], seed=0, extent_m=1200.0)


def test_sides_share_no_ground(city: CityMap) -> None:
    spans: dict[str, list[float]] = {}
    for index in range(60):
        side = side_of(index)
        tile = sample_tile(
            city,
            side=side,
            weights=WEIGHTS,
            gsd_range_m=(0.1, 0.3),
            size_px=256,
            rng=np.random.default_rng(index),
        )
        assert 0.1 <= tile.ground_gsd_m <= 0.3
        spans.setdefault(side, []).extend([tile.region[0], tile.region[2]])
    assert max(spans['train']) <= min(spans['val'])
    assert max(spans['val']) <= min(spans['test'])
    assert (len(spans['train']), len(spans['val']), len(spans['test'])) == (96, 12, 12)


def test_nearly_all_tiles_have_lines(city: CityMap) -> None:
    tiles = [
        sample_tile(
            city,
            side='train',
            weights=WEIGHTS,
            gsd_range_m=(0.08, 0.3),
            size_px=256,
            rng=np.random.default_rng(index),
        )
        for index in range(100)
    ]
    assert sum(not tile.lanes for tile in tiles) <= 6


def test_a_tile_wider_than_its_strip_is_refused(city: CityMap) -> None:
    with pytest.raises(
        ValueError, match=r'1000 px at 0.30 m is 300 m wide; the val strip .* 180 m'
    ):
        sample_tile(
            city,
            side='val',
            weights=WEIGHTS,
            gsd_range_m=(0.3, 0.3),
            size_px=1000,
            rng=np.random.default_rng(0),
        )
