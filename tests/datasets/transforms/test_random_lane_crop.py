from typing import Any

import cv2
import numpy as np
import pytest
from mmengine.runner import set_random_seed

from lanedet_mm.datasets.transforms import DrawLaneMask, RandomLaneCrop
from lanedet_mm.datasets.transforms.crop_map import scale_of
from lanedet_mm.lanes import TAXONOMIES, Lane, TileAnnotation, draw_mask


def make_sample(lanes: list[Lane], size_px: int = 256, gsd_m: float = 0.2) -> dict[str, Any]:
    """A tile at the equator with its lanes painted white on black, 9 px wide."""
    side = size_px * gsd_m
    annotation = TileAnnotation((0, -side / 2, side, side / 2), (size_px,) * 2, gsd_m, tuple(lanes))
    paint = draw_mask(lanes, (size_px, size_px), TAXONOMIES['full'], width_px=9) > 0
    return {
        'img': np.repeat(paint[..., None], 3, axis=2).astype(np.uint8) * 255,
        'img_shape': (size_px, size_px),
        'annotation': annotation,
        'taxonomy': 'white',
        'ground_gsd_m': annotation.ground_gsd_m,
    }


CURVE = Lane(np.array([[10.0, 40], [90, 60], [150, 130], [160, 240]]))
CROSSING = Lane(np.array([[-500.0, 200], [700, 20]]), solid=False)


@pytest.mark.parametrize('rotate', [None, 'quarter', 'any'])
@pytest.mark.parametrize('scale', [None, (0.5, 0.5), (1.5, 1.5)])
def test_image_and_mask_stay_together(
    rotate: str | None, scale: tuple[float, float] | None
) -> None:
    set_random_seed(1)
    crop = RandomLaneCrop(crop_px=96, scale=scale, rotate=rotate)
    seen = 0
    for _ in range(20):
        results = DrawLaneMask()(crop(make_sample([CURVE, CROSSING])))
        image, mask = results['img'], results['gt_seg_map']
        assert image.shape == (96, 96, 3)
        assert mask.shape == results['img_shape'] == results['ori_shape'] == (96, 96)
        # The paint is at least 4.5 px wide here, the mask's line 3 px: all of it lies on paint.
        on_lane = (mask == 1) | (mask == 2)
        assert (image[on_lane] > 100).all()
        seen += on_lane.sum()
    assert seen > 1000


def test_a_crop_of_its_drawing_is_the_drawing_of_its_crop() -> None:
    # Without scaling both are the same pixels, in all eight ways to lie.
    set_random_seed(0)
    lane = Lane(CURVE.vertices + np.array([0.123, 0.456]))
    sample = make_sample([lane])
    drawn = draw_mask([lane], (256, 256), TAXONOMIES['white'])
    sample['img'] = np.repeat(drawn[..., None], 3, axis=2)
    for _ in range(30):
        results = DrawLaneMask()(RandomLaneCrop(crop_px=128, min_lane_px=50)(dict(sample)))
        np.testing.assert_array_equal(results['gt_seg_map'], results['img'][..., 0])


@pytest.mark.parametrize('scale', [0.5, 1.0, 2.0])
def test_a_mask_line_is_3_px_wide_at_every_scale(scale: float) -> None:
    upright = Lane(np.array([[128.0, -50], [128, 400]]))
    crop = RandomLaneCrop(crop_px=64, scale=(scale, scale), rotate=None, min_lane_px=60)
    set_random_seed(0)
    results = DrawLaneMask()(crop(make_sample([upright])))
    widths = (results['gt_seg_map'] == 1).sum(1)
    assert set(widths.tolist()) == {3}


def test_scale_sets_the_ground_gsd() -> None:
    results = RandomLaneCrop(crop_px=64, scale=(1.25, 1.25))(make_sample([CURVE], gsd_m=0.2))
    assert results['ground_gsd_m'] == pytest.approx(0.16)
    assert scale_of(results['tile_matrix']) == pytest.approx(1.25)


def test_a_ground_gsd_can_be_asked_for() -> None:
    crop = RandomLaneCrop(crop_px=64, ground_gsd_m=(0.1, 0.4))
    gsds = [crop(make_sample([CURVE], gsd_m=0.2))['ground_gsd_m'] for _ in range(300)]
    assert 0.1 <= min(gsds) < 0.11
    assert 0.36 < max(gsds) <= 0.4
    assert np.median(gsds) == pytest.approx(0.2, abs=0.03)  # log-uniform: sqrt(0.1 * 0.4)


def test_the_same_seed_draws_the_same_crops() -> None:
    def images(seed: int) -> np.ndarray:
        set_random_seed(seed)
        crop = RandomLaneCrop(crop_px=32, scale=(0.75, 1.5), rotate='any')
        return np.stack([crop(make_sample([CURVE, CROSSING]))['img'] for _ in range(4)])

    np.testing.assert_array_equal(images(3), images(3))
    assert (images(3) != images(4)).any()


def test_all_eight_ways_to_lie_are_drawn() -> None:
    tile = np.zeros((8, 8, 3), np.uint8)
    tile[0, 1] = 255
    places = set()
    for _ in range(200):
        sample = make_sample([CURVE], size_px=8) | {'img': tile}
        image = RandomLaneCrop(crop_px=8)(sample)['img'][..., 0]
        places.add(tuple(np.argwhere(image)[0]))
    assert places == {(0, 1), (0, 6), (7, 1), (7, 6), (1, 0), (6, 0), (1, 7), (6, 7)}


def test_empty_places_are_drawn_anew() -> None:
    corner = Lane(np.array([[0.0, 30], [60, 30]]))  # in the corner of a tile of 256 px

    def share_with_lane(**options: float) -> float:
        set_random_seed(0)
        crop = RandomLaneCrop(crop_px=64, **options)
        crops = (DrawLaneMask()(crop(make_sample([corner]))) for _ in range(100))
        return float(np.mean([results['gt_seg_map'].any() for results in crops]))

    # One of 31 rows and 61 columns of 193: 0.05; in ten tries 1 - 0.95 ** 10 = 0.4.
    assert share_with_lane() < 0.12
    assert share_with_lane(min_lane_px=1, empty_share=0) > 0.3
    assert share_with_lane(min_lane_px=1, empty_share=1) < 0.12


def test_what_lies_outside_the_tile_is_ignored_and_filled() -> None:
    set_random_seed(0)
    crop = RandomLaneCrop(crop_px=96, rotate='any', fill_bgr=(7, 8, 9))
    sample = make_sample([Lane(np.array([[-99.0, 20], [99, 20]]))], size_px=40)
    results = DrawLaneMask()(crop(sample))
    outside = results['gt_seg_map'] == 255
    assert 96**2 - outside.sum() == pytest.approx(40**2, rel=0.03)
    assert (results['img'][outside] == (7, 8, 9)).all()
    assert (results['img'][~outside] != (7, 8, 9)).any(-1).all()
    assert (results['gt_seg_map'][~outside] == 1).any()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'scale': (0.5, 1), 'ground_gsd_m': (0.1, 0.2)}, 'got both scale and ground_gsd_m'),
        ({'scale': (1.5, 0.5)}, r'scale is \(1.5, 0.5\); needed is 0 < least <= greatest'),
        ({'ground_gsd_m': (0, 0.5)}, 'ground_gsd_m is'),
        ({'rotate': 'half'}, "rotate is 'half'; there are"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RandomLaneCrop(crop_px=64, **options)


def test_a_dashed_line_under_photographs_stays_dashed_in_class() -> None:
    set_random_seed(2)
    results = DrawLaneMask()(RandomLaneCrop(crop_px=256, rotate='quarter')(make_sample([CROSSING])))
    assert np.unique(results['gt_seg_map']).tolist() == [0, 2]
    assert cv2.countNonZero(results['gt_seg_map']) == pytest.approx(3 * 256 * 1.011, rel=0.02)
