from typing import Any

import numpy as np
import pytest

from lanedet_mm.datasets.transforms import DrawWeakMask, RandomLaneCrop
from lanedet_mm.lanes import LaneCentrelines, dividers

# Two lanes upwards 3.5 m apart at 0.25 m a pixel: centrelines at columns 80 and 94, paint at 87.
LANES = LaneCentrelines(0.25, tuple(np.array([[x, 200.0], [x, -40.0]]) for x in (80, 94)))


def sample(size_wh: tuple[int, int] = (160, 120)) -> dict[str, Any]:
    return {
        'img': np.zeros((*size_wh[::-1], 3), np.uint8),
        'img_shape': size_wh[::-1],
        'size_wh': size_wh,
        'ground_gsd_m': LANES.gsd_m,
        'centrelines': LANES,
        'divider_lines': dividers(LANES),
        'tile_id': 'a',
    }


def drawn(results: dict[str, Any]) -> np.ndarray:
    return DrawWeakMask().transform(results)['gt_seg_map']


def test_a_row_across_two_lanes_by_hand() -> None:
    row = drawn(sample())[60]
    assert np.flatnonzero(row == 1).tolist() == [87]  # 0.4 m is 1.6 px
    # 0.7 m around a centreline is 2.8 px, 8 m beyond the lanes is 32 px.
    background = [*range(48), *range(78, 83), *range(92, 97), *range(127, 160)]
    assert np.flatnonzero(row == 0).tolist() == background


def test_a_crop_is_drawn_as_it_would_be_cut() -> None:
    whole = drawn(sample())
    results = sample()
    results['tile_matrix'] = np.array([[1.0, 0, -70], [0, 1, -30]])
    results['img_shape'] = (40, 50)
    # The crop's own border is no border of the road: lanes beyond it still count.
    np.testing.assert_array_equal(drawn(results), whole[30:70, 70:120])


def test_lanes_left_of_a_crop_still_keep_it_from_being_background() -> None:
    results = sample()
    results['tile_matrix'] = np.array([[1.0, 0, -100], [0, 1, -30]])
    results['img_shape'] = (40, 40)
    row = drawn(results)[20]
    assert (row[:26] == 255).all()
    assert (row[27:] == 0).all()


def test_distances_are_metres_at_any_scale() -> None:
    results = sample()
    results['tile_matrix'] = np.array([[2.0, 0, 0], [0, 2, 0]])
    results['img_shape'] = (240, 320)
    row = drawn(results)[120]
    assert np.flatnonzero(row == 1).tolist() == [173, 174, 175]  # 0.4 m is 3.2 px around 174
    assert np.flatnonzero(row == 0)[-1] == 319
    assert row[188 + 63] == 255  # 7.9 m beyond the lane at 188
    assert row[188 + 66] == 0  # 8.25 m


def test_ground_beyond_the_photograph_is_not_known() -> None:
    results = sample()
    results['tile_matrix'] = np.array([[1.0, 0, 10], [0, 1, 0]])
    results['img_shape'] = (40, 40)
    mask = drawn(results)
    assert (mask[:, :10] == 255).all()
    assert (mask[:, 10:] == 0).all()


@pytest.mark.parametrize('seed', range(3))
def test_crops_can_ask_for_dividers(seed: int) -> None:
    crop = RandomLaneCrop(crop_px=20, rotate=None, min_lane_px=15, empty_share=0)
    np.random.seed(seed)  # noqa: NPY002 - what mm seeds
    found = [(drawn(crop.transform(sample((400, 120)))) == 1).any() for _ in range(20)]
    # 20 of 400 columns: by chance one in twenty, in ten tries two in five.
    assert np.mean(found) > 0.2
