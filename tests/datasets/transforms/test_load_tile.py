import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.datasets.transforms import LoadTile
from lanedet_mm.datasets.transforms import load_tile as module
from lanedet_mm.imagery import ImageError
from lanedet_mm.lanes import TileAnnotation

PICTURE = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)


@pytest.fixture
def sample(tmp_path: Path, write_tile: Callable[..., TileAnnotation]) -> dict[str, Any]:
    annotation = write_tile('30000001', image=PICTURE)
    return {'img_path': str(tmp_path / 'imgs' / '30000001.png'), 'size_wh': annotation.size_wh}


@pytest.mark.parametrize('cached', [False, True])
def test_pixels_and_their_size(tmp_path: Path, sample: dict[str, Any], cached: bool) -> None:
    load = LoadTile(cache_dir=str(tmp_path / 'cache') if cached else None)
    for _ in range(2):
        results = load(dict(sample))
        np.testing.assert_array_equal(results['img'], PICTURE)
        assert results['img_shape'] == results['ori_shape'] == (64, 64)


def test_the_cache_decodes_once_and_holds_bare_pixels(
    tmp_path: Path, sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = LoadTile(cache_dir=str(tmp_path / 'cache'))
    load(dict(sample))
    (file,) = (tmp_path / 'cache').iterdir()
    assert file.stat().st_size == 64 * 64 * 3
    monkeypatch.setattr(module, 'read_image', lambda *args, **kwargs: pytest.fail('decoded again'))
    np.testing.assert_array_equal(load(dict(sample))['img'], PICTURE)


def test_a_changed_image_is_decoded_again(tmp_path: Path, sample: dict[str, Any]) -> None:
    load = LoadTile(cache_dir=str(tmp_path / 'cache'))
    load(dict(sample))
    cv2.imwrite(sample['img_path'], PICTURE[::-1])
    os.utime(sample['img_path'], (1, 1))
    np.testing.assert_array_equal(load(dict(sample))['img'], PICTURE[::-1])


def test_painting_on_a_sample_leaves_the_cache_alone(
    tmp_path: Path, sample: dict[str, Any]
) -> None:
    load = LoadTile(cache_dir=str(tmp_path / 'cache'))
    load(dict(sample))['img'][:] = 0
    load(dict(sample))['img'][:] = 0
    np.testing.assert_array_equal(load(dict(sample))['img'], PICTURE)


@pytest.mark.parametrize('cached', [False, True])
def test_an_image_that_does_not_fit_its_annotation_is_named(
    tmp_path: Path, sample: dict[str, Any], cached: bool
) -> None:
    load = LoadTile(cache_dir=str(tmp_path / 'cache') if cached else None)
    cv2.imwrite(sample['img_path'], PICTURE[:50])
    with pytest.raises(ImageError, match=r'30000001\.png: is 64 x 50 px.*resolution 64 x 64'):
        load(dict(sample))
    Path(sample['img_path']).unlink()
    with pytest.raises(ImageError, match=r'30000001\.png: no such image'):
        load(dict(sample))
