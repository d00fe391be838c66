import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import AELSource
from lanedet_mm.lanes import mercator_y

WriteTile = Callable[..., Any]
Manifest = Callable[[Path], list[dict[str, Any]]]


def pixels(seed: int, size: int = 96) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (size // 8, size // 8, 3), dtype=np.uint8)
    return cells.repeat(8, 0).repeat(8, 1)


def source_of(root: Path, **options: Any) -> AELSource:  # noqa: ANN401
    plain = {'licence': 'theirs', 'tile_px': 64, 'overlap_px': 0}
    return AELSource(data_root=str(root), **{**plain, **options})


def write_image_alone(root: Path, name: str, image: np.ndarray) -> None:
    (root / 'imgs').mkdir(exist_ok=True)
    cv2.imwrite(str(root / 'imgs' / name), image)


def test_windows_are_cut_where_they_say(tmp_path: Path, write_tile: WriteTile) -> None:
    image = pixels(0)
    write_tile('00000007', size_px=96, image=image)
    source = source_of(tmp_path)
    requests = list(source.requests())
    assert [one.key for one in requests] == [
        f'00000007@r{row}c{column}' for row in (0, 32) for column in (0, 32)
    ]
    assert {one.place for one in requests} == {'valencia'}
    np.testing.assert_array_equal(source.fetch(requests[1]).image, image[:64, 32:])
    np.testing.assert_array_equal(source.fetch(requests[2]).image, image[32:, :64])


@pytest.mark.parametrize('y_m', [mercator_y(56.0), mercator_y(-23.5)])
def test_ground_and_scale_come_from_the_annotation(
    tmp_path: Path, write_tile: WriteTile, y_m: float
) -> None:
    write_tile('60000001', corner_m=(500.0, y_m), size_px=96, meters_per_pixel=0.25)
    upper_left, upper_right, lower_left, _ = source_of(tmp_path).requests()
    # 24 m to a side; a window is 16 m, its neighbour begins 8 m further; rows count from the north.
    north = y_m + 24
    assert upper_left.region == pytest.approx((500, north - 16, 516, north))
    assert upper_right.region == pytest.approx((508, north - 16, 524, north))
    assert lower_left.region == pytest.approx((500, y_m, 516, y_m + 16))
    tile = source_of(tmp_path).fetch(lower_left)
    latitude = 56.0 if y_m > 0 else -23.5
    assert tile.gsd_m == pytest.approx(0.25 * math.cos(math.radians(latitude)), rel=1e-4)


def test_an_image_without_annotation_needs_a_scale(tmp_path: Path) -> None:
    write_image_alone(tmp_path, 'photo.png', pixels(0))
    request, *_ = source_of(tmp_path).requests()
    assert (request.region, request.place) == (None, 'unknown')
    with pytest.raises(CollectionError, match=r'photo\.png has no annotation.*give gsd_m'):
        source_of(tmp_path).fetch(request)
    source = source_of(tmp_path, gsd_m=0.15)
    tile = source.fetch(next(source.requests()))
    assert tile.gsd_m == 0.15
    np.testing.assert_array_equal(tile.image, pixels(0)[:64, :64])


def test_a_scale_may_be_given_in_the_same_folder(
    tmp_path: Path, write_tile: WriteTile, manifest: Manifest
) -> None:
    write_tile('10000001', image=pixels(1, 64))
    write_image_alone(tmp_path, 'photo.png', pixels(0, 64))
    source = {'type': 'AELSource', 'data_root': str(tmp_path), 'licence': 'theirs'}
    source |= {'tile_px': 64, 'overlap_px': 0}
    collector = Collector(out=tmp_path / 'out')
    report = collector.collect([source])
    assert report.counts['ael']['failed'] == 1
    assert 'give gsd_m' in report.failures['ael'][0]
    assert collector.collect([{**source, 'gsd_m': 0.15}]).is_whole
    scales = [row['gsd_m'] for row in manifest(tmp_path / 'out')]
    assert scales == pytest.approx([1.0, 0.15])
    with pytest.raises(ValueError, match=r'begun with .*0\.15.* now .*0\.2'):
        collector.collect([{**source, 'gsd_m': 0.2}])


def test_the_annotation_s_scale_comes_before_the_option_s(
    tmp_path: Path, write_tile: WriteTile
) -> None:
    write_tile('10000001', size_px=64, meters_per_pixel=0.25)
    source = source_of(tmp_path, gsd_m=0.5)
    tile = source.fetch(next(source.requests()))
    assert tile.gsd_m == pytest.approx(0.25, rel=1e-6)  # on the equator


def test_a_broken_annotation_is_none(tmp_path: Path, write_tile: WriteTile) -> None:
    write_tile('10000001', size_px=64)
    (tmp_path / 'json' / '10000001.json').write_text('{"region": [')
    (request,) = source_of(tmp_path).requests()
    assert (request.region, request.place) == (None, 'cairo')
    with pytest.raises(CollectionError, match=r'no annotation in .* that can be read'):
        source_of(tmp_path).fetch(request)


def test_an_annotation_of_another_image_does_not_lend_its_ground(
    tmp_path: Path, write_tile: WriteTile
) -> None:
    for tile_id, size in (('10000001', 128), ('10000002', 48)):
        write_tile(tile_id, size_px=64, image=pixels(0, size))
    source = source_of(tmp_path)
    large, small = source.requests()
    with pytest.raises(CollectionError, match='has 128 x 128 px, its annotation says 64 x 64'):
        source.fetch(large)
    with pytest.raises(CollectionError, match='has 48 x 48 px; needed are 64 x 64'):
        source.fetch(small)


def test_a_broken_image_fails_and_the_others_go_on(
    tmp_path: Path, write_tile: WriteTile, manifest: Manifest
) -> None:
    for seed in range(3):
        write_tile(f'1000000{seed}', image=pixels(seed, 64), suffix='.jpg')
    cut = tmp_path / 'imgs' / '10000001.jpg'
    cut.write_bytes(cut.read_bytes()[:-200])
    (tmp_path / 'imgs' / 'notes.jpg').write_text('no image')
    source = {'type': 'AELSource', 'data_root': str(tmp_path), 'licence': 'theirs', 'gsd_m': 0.2}
    report = Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 64, 'overlap_px': 0}])
    rows = manifest(tmp_path / 'out')
    assert [row['key'] for row in rows] == ['10000000@r0c0', '10000002@r0c0']
    cut_reason, notes_reason = report.failures['ael']
    assert '10000001.jpg: truncated after' in cut_reason
    assert 'notes.jpg: no image that OpenCV reads' in notes_reason


def test_an_image_in_two_formats_is_two_images(tmp_path: Path, manifest: Manifest) -> None:
    write_image_alone(tmp_path, 'a.jpg', pixels(0, 64))
    write_image_alone(tmp_path, 'a.png', pixels(1, 64))
    write_image_alone(tmp_path, 'b.png', pixels(2, 64))
    source = {'type': 'AELSource', 'data_root': str(tmp_path), 'licence': 'theirs', 'gsd_m': 0.2}
    Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 64, 'overlap_px': 0}])
    keys = [row['key'] for row in manifest(tmp_path / 'out')]
    assert keys == ['a.jpg@r0c0', 'a.png@r0c0', 'b@r0c0']


def test_a_folder_without_images_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match='needed is the folder that holds imgs/'):
        list(source_of(tmp_path).requests())
