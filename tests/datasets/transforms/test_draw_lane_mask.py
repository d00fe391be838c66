from typing import Any

import numpy as np
import pytest

from lanedet_mm.datasets.transforms import DrawLaneMask
from lanedet_mm.lanes import Lane, TileAnnotation

UPRIGHT = Lane(np.array([[20.0, -9], [20, 99]]))
YELLOW = Lane(np.array([[40.0, -9], [40, 99]]), white=False)


def sample(ground_gsd_m: float = 0.1, taxonomy: str = 'white') -> dict[str, Any]:
    annotation = TileAnnotation((0, 0, 64, 32), (64, 32), 1.0, (UPRIGHT, YELLOW))
    return {
        'annotation': annotation,
        'taxonomy': taxonomy,
        'img_shape': (32, 64),
        'ground_gsd_m': ground_gsd_m,
    }


@pytest.mark.parametrize(
    ('options', 'width'),
    [
        ({}, 3),
        ({'width_px': 5}, 5),
        ({'width_m': 0.7}, 7),
        ({'width_m': 0.01}, 1),  # never below a pixel
    ],
)
def test_width_in_pixels_or_ground_metres(options: dict[str, float], width: int) -> None:
    results = DrawLaneMask(**options)(sample())
    assert (results['gt_seg_map'] == 1).sum(1).tolist() == [width] * 32
    assert results['seg_fields'] == ['gt_seg_map']
    assert results['gt_seg_map'].dtype == np.uint8


def test_kinds_outside_the_taxonomy_are_ignored() -> None:
    assert DrawLaneMask()(sample())['gt_seg_map'][5, [20, 40]].tolist() == [1, 255]
    assert DrawLaneMask()(sample(taxonomy='full'))['gt_seg_map'][5, [20, 40]].tolist() == [1, 3]


def test_only_classes_and_ignore_come_out() -> None:
    values = np.unique(DrawLaneMask()(sample(taxonomy='full'))['gt_seg_map']).tolist()
    assert values == [0, 1, 3]


def test_two_widths_are_one_too_many() -> None:
    with pytest.raises(ValueError, match='got both width_px and width_m'):
        DrawLaneMask(width_px=3, width_m=0.15)


@pytest.mark.parametrize(
    'change', [{'flip': True}, {'scale_factor': (0.5, 0.5)}, {'img_shape': (16, 32)}]
)
def test_an_image_that_was_moved_before_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match='before its mask was drawn; use RandomLaneCrop'):
        DrawLaneMask()(sample() | change)
