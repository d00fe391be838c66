from typing import Any

import numpy as np
import pytest
from mmengine.runner import set_random_seed

from lanedet_mm.datasets.transforms import RandomTileCrop
from lanedet_mm.datasets.transforms.crop_map import scale_of

RAMP = np.stack(np.broadcast_arrays(*np.ogrid[:200, :240], 7), axis=2).astype(np.uint8)


def sample(gsd_m: float = 0.2) -> dict[str, Any]:
    """A tile whose first two channels are its rows and columns."""
    return {'img': RAMP, 'ground_gsd_m': gsd_m}


def test_a_crop_at_the_tiles_own_scale_is_pixels_of_it_in_all_eight_ways_to_lie() -> None:
    set_random_seed(0)
    seen = set()
    for _ in range(60):
        crop = RandomTileCrop(crop_px=64)(sample())['img']
        rows, cols = crop[..., 0].astype(int), crop[..., 1].astype(int)
        steps = (rows[1, 0] - rows[0, 0], rows[0, 1] - rows[0, 0])
        steps += (cols[1, 0] - cols[0, 0], cols[0, 1] - cols[0, 0])
        seen.add(tuple(int(step) for step in steps))
        assert np.ptp(rows) == np.ptp(cols) == 63  # whole, inside the tile
    assert len(seen) == 8


def test_a_crop_has_the_ground_gsd_that_was_drawn() -> None:
    set_random_seed(0)
    drawn = []
    for _ in range(200):
        results = RandomTileCrop(crop_px=32, ground_gsd_m=(0.1, 0.4))(sample(gsd_m=0.2))
        drawn.append(results['ground_gsd_m'])
        assert scale_of(results['tile_matrix']) == pytest.approx(0.2 / results['ground_gsd_m'])
    assert 0.1 <= min(drawn) < 0.12
    assert 0.35 < max(drawn) <= 0.4
    assert np.median(drawn) == pytest.approx(0.2, abs=0.03)  # log-uniform: the geometric mean


def test_what_would_reach_beyond_the_tile_is_seen_finer() -> None:
    set_random_seed(0)
    options = {'crop_px': 128, 'ground_gsd_m': (0.4, 0.4), 'fill_bgr': (255, 255, 255)}
    beyond = RandomTileCrop(**options)(sample(gsd_m=0.2))
    assert beyond['ground_gsd_m'] == pytest.approx(0.4)
    assert (beyond['img'][..., 2] == 255).any()
    for _ in range(20):
        inside = RandomTileCrop(**options, stay_inside=True)(sample(gsd_m=0.2))
        assert inside['ground_gsd_m'] == pytest.approx(0.2 * 200 / 128)
        assert (inside['img'][..., 2] == 7).all()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'scale': (1, 1), 'ground_gsd_m': (0.1, 0.2)}, 'got both scale and ground_gsd_m'),
        ({'scale': (2, 1)}, r'scale is \(2, 1\); needed is 0 < least <= greatest'),
        ({'rotate': 'half'}, "there are 'quarter', 'any' and None"),
        ({'rotate': 'any', 'stay_inside': True}, "stay_inside goes with rotate 'quarter'"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RandomTileCrop(crop_px=32, **options)
