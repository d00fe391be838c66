from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_rasters import WriteRaster, coarse, requests_of, source_of

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.nothing_here_error import NothingHereError

Manifest = Callable[[Path], list[dict[str, Any]]]


def test_windows_are_the_raster_s_own_pixels(tmp_path: Path, write_raster: WriteRaster) -> None:
    rgb = coarse(0, (16, 20))  # 128 x 160 px
    write_raster(tmp_path / 'city' / 'a.tif', rgb)
    source = source_of(tmp_path)
    requests = list(source.requests())
    assert [one.key for one in requests] == [
        f'city/a@r{row}c{column}' for row in (0, 64) for column in (0, 64, 96)
    ]
    assert {one.place for one in requests} == {'city/a'}
    tile = source.fetch(requests[5])  # the last column ends flush with the raster
    np.testing.assert_array_equal(tile.image, rgb[64:, 96:, ::-1])  # BGR
    assert tile.gsd_m == pytest.approx(0.1, rel=5e-4)  # UTM 31 shrinks by up to 0.9996
    assert tile.time is None


def test_shrinking_averages(tmp_path: Path, write_raster: WriteRaster) -> None:
    rgb = np.full((264, 264, 3), 100, np.uint8)
    rgb[:, ::2] = 200  # one pixel in two
    write_raster(tmp_path / 'a.tif', rgb, corner=(500_000.0, 5_410_000.0), size=0.1 * 0.9996)
    source = source_of(tmp_path, gsd_m=0.4)
    tile = source.fetch(next(source.requests()))
    assert np.abs(tile.image.astype(int) - 150).max() <= 2


def test_one_band_is_grey_and_a_fourth_is_left_alone(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    rgb = coarse(0, (8, 8))
    write_raster(tmp_path / 'grey.tif', rgb[..., :1])
    infrared = np.concatenate([rgb, 255 - rgb[..., :1]], axis=2)
    write_raster(tmp_path / 'infrared.tif', infrared, photometric='rgb', alpha='no')
    source = source_of(tmp_path)
    grey, coloured = (source.fetch(one).image for one in source.requests())
    np.testing.assert_array_equal(grey, rgb[..., [0, 0, 0]])
    np.testing.assert_array_equal(coloured, rgb[..., ::-1])


@pytest.mark.parametrize('holes', ['value', 'alpha'])
def test_windows_with_holes_are_empty_with_their_share(
    tmp_path: Path, write_raster: WriteRaster, holes: str
) -> None:
    rgb = coarse(0, (8, 16))  # no value is 0
    if holes == 'value':
        rgb[:16, 64:] = 0
        write_raster(tmp_path / 'a.tif', rgb, nodata=0)
    else:
        alpha = np.full((64, 128, 1), 255, np.uint8)
        alpha[:16, 64:] = 0
        rgba = np.concatenate([rgb, alpha], axis=2)
        write_raster(tmp_path / 'a.tif', rgba, photometric='rgb', alpha='yes')
    source = source_of(tmp_path)
    whole, torn = source.requests()
    np.testing.assert_array_equal(source.fetch(whole).image, rgb[:, :64, ::-1])
    with pytest.raises(NothingHereError, match=r'25% of the window of .*a\.tif has no data'):
        source.fetch(torn)


@pytest.mark.parametrize('value', [0, 255])
def test_a_few_pixels_of_the_value_that_marks_holes_are_part_of_the_photograph(
    tmp_path: Path, write_raster: WriteRaster, value: int
) -> None:
    rgb = coarse(0, (8, 16)).clip(1, 254)
    rgb[0, :40] = value  # 0.98 % of the first window
    rgb[0, 64 : 64 + 41] = value  # 1.001 % of the second
    write_raster(tmp_path / 'a.tif', rgb, nodata=value)
    source = source_of(tmp_path)
    painted, torn = source.requests()
    np.testing.assert_array_equal(source.fetch(painted).image, rgb[:, :64, ::-1])
    with pytest.raises(NothingHereError, match='1% of the window'):
        source.fetch(torn)


def test_a_raster_whose_upper_row_of_windows_has_no_data_is_collected(
    tmp_path: Path, write_raster: WriteRaster, manifest: Manifest
) -> None:
    rgb = coarse(0, (3 * 8, 24 * 8))
    rgb[0] = 0
    write_raster(tmp_path / 'in' / 'a.tif', rgb, nodata=0)
    source = {'type': 'RasterSource', 'folder': str(tmp_path / 'in'), 'licence': 'ours'}
    report = Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 64}])
    assert report.is_whole
    assert (report.counts['raster']['kept'], report.counts['raster']['empty']) == (48, 24)
    assert manifest(tmp_path / 'out')[0]['key'] == 'a@r64c0'


def test_a_damaged_file_fails_and_the_others_go_on(
    tmp_path: Path, write_raster: WriteRaster, manifest: Manifest
) -> None:
    for seed, name in enumerate('abcd'):
        write_raster(tmp_path / 'in' / f'{name}.tif', coarse(seed, (8, 8)))
    (tmp_path / 'in' / 'a.tif').write_bytes(b'no raster')
    cut = tmp_path / 'in' / 'c.tif'
    cut.write_bytes(cut.read_bytes()[:-6000])  # its header is there, half of its pixels are not
    source = {'type': 'RasterSource', 'folder': str(tmp_path / 'in'), 'licence': 'ours'}
    report = Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 64}])
    assert [row['key'] for row in manifest(tmp_path / 'out')] == ['b@r0c0', 'd@r0c0']
    first, second = report.failures['raster']
    assert first.startswith('a.tif: ')
    assert second.startswith(f'c@r0c0: {cut} cannot be read')


def test_rasters_that_differ_in_their_kind_alone_are_told_apart(
    tmp_path: Path, write_raster: WriteRaster, manifest: Manifest
) -> None:
    for seed, name in enumerate(('a.tif', 'a.tiff', 'b.tif')):
        write_raster(tmp_path / 'in' / name, coarse(seed, (8, 8)))
    source = {'type': 'RasterSource', 'folder': str(tmp_path / 'in'), 'licence': 'ours'}
    Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 64}])
    keys = [row['key'] for row in manifest(tmp_path / 'out')]
    assert keys == ['a.tif@r0c0', 'a.tiff@r0c0', 'b@r0c0']


def test_a_folder_without_rasters_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match='name the folder of the orthophotos'):
        requests_of(tmp_path)
