import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.io import DatasetReader

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import RasterSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.lanes import mercator_y

WriteRaster = Callable[..., Path]
Manifest = Callable[[Path], list[dict[str, Any]]]


def coarse(seed: int, cells: tuple[int, int], cell_px: int = 8) -> np.ndarray:
    """Squares of colours of chance."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(1, 256, (*cells, 3), dtype=np.uint8)
    return rgb.repeat(cell_px, 0).repeat(cell_px, 1)


def source_of(folder: Path, **options: Any) -> RasterSource:  # noqa: ANN401
    return RasterSource(folder=str(folder), licence='ours', **{'tile_px': 64, **options})


def requests_of(folder: Path, **options: Any) -> list[TileRequest]:  # noqa: ANN401
    return list(source_of(folder, **options).requests())


def reason_of(folder: Path) -> str:
    source = source_of(folder)
    (request,) = source.requests()
    with pytest.raises(CollectionError) as caught:
        source.fetch(request)
    return str(caught.value)


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


def test_the_region_of_a_utm_raster_is_in_web_mercator(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (16, 16)))
    region = requests_of(tmp_path)[3].region  # 64 px = 6.4 m right and down of the corner
    assert region is not None
    to_mercator = Transformer.from_crs(32631, 3857, always_xy=True)
    west, north = to_mercator.transform(450_006.4, 5_409_993.6)
    east, south = to_mercator.transform(450_012.8, 5_409_987.2)
    # Half a degree west of its meridian UTM is turned by 0.5 degrees: 0.08 m on 9.7 m.
    assert region == pytest.approx((west, south, east, north), abs=0.1)
    assert region[0] <= min(west, east)
    assert region[3] >= max(north, south)
    assert region[2] - region[0] == pytest.approx(6.4 / math.cos(math.radians(48.84)), rel=0.015)


def test_web_mercator_pixels_at_60_degrees_are_half_as_large_on_the_ground(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    corner = (1_200_000.0, mercator_y(60))
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), crs='EPSG:3857', corner=corner, size=0.2)
    source = source_of(tmp_path)
    (request,) = source.requests()
    # The ellipsoid is a little flatter than the sphere of the projection.
    assert source.fetch(request).gsd_m == pytest.approx(0.1, rel=4e-3)
    x, y = corner
    assert request.region == pytest.approx((x, y - 12.8, x + 12.8, y), abs=1e-6)


def test_degrees_will_do(tmp_path: Path, write_raster: WriteRaster) -> None:
    # 1e-6 degrees on the equator: 0.11132 m to the east, 0.11057 m to the north.
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), crs='EPSG:4326', corner=(10, 0), size=1e-6)
    source = source_of(tmp_path)
    (request,) = source.requests()
    assert source.fetch(request).gsd_m == pytest.approx(math.sqrt(0.11132 * 0.11057), rel=1e-4)


def test_tiles_are_taken_at_the_scale_that_was_asked_for(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    rgb = np.full((261, 201, 3), 90, np.uint8)
    rgb[:, 128:] = 200
    # 0.1 m of ground: on its central meridian UTM shrinks by 0.9996.
    write_raster(tmp_path / 'a.tif', rgb, corner=(500_000.0, 5_410_000.0), size=0.1 * 0.9996)
    source = source_of(tmp_path, gsd_m=0.2)
    requests = list(source.requests())
    assert [one.key for one in requests] == [  # 130 rows, 100 columns
        f'a@r{row}c{column}' for row in (0, 64, 66) for column in (0, 36)
    ]
    tile = source.fetch(requests[1])
    assert tile.gsd_m == 0.2
    assert tile.image.shape == (64, 64, 3)
    line = tile.image[32, :, 0]
    assert (line[:27] == 90).all()  # the paint begins at column 64 of the whole, 28 of this
    assert (line[29:] == 200).all()
    region = requests[1].region
    assert region is not None
    to_mercator = Transformer.from_crs(32631, 3857, always_xy=True)
    # 36 px of 0.2 m to the right, and a window of 12.8 m.
    west, north = to_mercator.transform(500_000 + 7.2 * 0.9996, 5_410_000)
    east, south = to_mercator.transform(500_000 + 20 * 0.9996, 5_410_000 - 12.8 * 0.9996)
    assert region == pytest.approx((west, south, east, north), abs=0.02)


def test_shrinking_averages(tmp_path: Path, write_raster: WriteRaster) -> None:
    rgb = np.full((264, 264, 3), 100, np.uint8)
    rgb[:, ::2] = 200  # one pixel in two
    write_raster(tmp_path / 'a.tif', rgb, corner=(500_000.0, 5_410_000.0), size=0.1 * 0.9996)
    source = source_of(tmp_path, gsd_m=0.4)
    tile = source.fetch(next(source.requests()))
    assert np.abs(tile.image.astype(int) - 150).max() <= 2


def roads_file(path: Path, *features: dict[str, Any] | None) -> str:
    rows = [{'type': 'Feature', 'properties': {}, 'geometry': one} for one in features]
    path.write_text(json.dumps({'type': 'FeatureCollection', 'features': rows}))
    return str(path)


def line_of(*ends: tuple[float, float]) -> list[list[float]]:
    """Degrees of points that are given as columns and rows of the raster in Paris."""
    to_degrees = Transformer.from_crs(32631, 4326, always_xy=True)
    return [[*to_degrees.transform(450_000 + 0.1 * x, 5_410_000 - 0.1 * y), 35.0] for x, y in ends]


def test_only_windows_along_roads_are_taken(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (32, 32)))  # 4 x 4 windows
    roads = roads_file(
        tmp_path / 'roads.geojson',
        {'type': 'LineString', 'coordinates': line_of((-500, 96), (900, 96))},
        {'type': 'MultiLineString', 'coordinates': [line_of((32, 200), (32, 250))]},
        {'type': 'Point', 'coordinates': [2.3, 48.8]},
        None,
    )
    keys = [one.key for one in requests_of(tmp_path, roads=roads)]
    assert keys == ['a@r64c0', 'a@r64c64', 'a@r64c128', 'a@r64c192', 'a@r192c0']


def test_along_roads_at_another_scale(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (32, 32)))
    line = {'type': 'LineString', 'coordinates': line_of((160, 140), (160, 250))}
    roads = roads_file(tmp_path / 'roads.geojson', line)
    # At 0.2 m the raster is 127 or 128 px: the road is at column 80, from row 70 on.
    keys = [one.key for one in requests_of(tmp_path, roads=roads, gsd_m=0.2)]
    assert len(keys) == 1
    row, column = (int(part) for part in keys[0].removeprefix('a@r').split('c'))
    assert (row, column) == pytest.approx((64, 64), abs=1)


@pytest.mark.filterwarnings('error')
def test_roads_where_the_projection_has_no_place_are_passed_over(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)))
    far = [[93.0, 0.0], [93.0, 0.1], [94.0, 0.0]]  # a quarter of the earth from the zone
    near = line_of((10, 10), (20, 20))
    lines = {'type': 'MultiLineString', 'coordinates': [far, near]}
    torn = {'type': 'LineString', 'coordinates': [near[0], far[0], near[1]]}
    roads = roads_file(tmp_path / 'roads.geojson', lines)
    assert [one.key for one in requests_of(tmp_path, roads=roads)] == ['a@r0c0']
    roads = roads_file(tmp_path / 'roads.geojson', torn)
    assert requests_of(tmp_path, roads=roads) == []


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('[', 'is no GeoJSON of lines'),
        ('{"features": []}', 'holds 0 lines'),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": '
            '[[261000, 6250000], [261100, 6250000]]}}]}',
            'needed are some, in degrees',
        ),
    ],
)
def test_a_file_of_roads_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / 'roads.geojson').write_text(text)
    with pytest.raises(ValueError, match=message):
        source_of(tmp_path, roads=str(tmp_path / 'roads.geojson'))
    with pytest.raises(ValueError, match='no file of roads'):
        source_of(tmp_path, roads=str(tmp_path / 'gone.geojson'))


@pytest.mark.filterwarnings('ignore::rasterio.errors.NotGeoreferencedWarning')
def test_a_raster_without_a_projection_fails(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), crs=None)
    assert 'a.tif: no projection or no place on the map; needed is' in reason_of(tmp_path)


@pytest.mark.filterwarnings('ignore::rasterio.errors.NotGeoreferencedWarning')
def test_a_raster_without_a_place_fails(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), corner=(0.0, 0.0))
    with rasterio.open(tmp_path / 'a.tif', 'r+') as raster:
        raster.transform = rasterio.Affine.identity()
    assert 'no projection or no place on the map' in reason_of(tmp_path)


@pytest.mark.parametrize(
    ('crs', 'message'),
    [
        ('EPSG:4326', 'its corner 450000, 5.41e+06 is no place of EPSG:4326'),
        ('LOCAL_CS["of the site",UNIT["metre",1]]', 'Transformer'),
    ],
)
def test_a_raster_whose_projection_cannot_be_fails_alone(
    tmp_path: Path, write_raster: WriteRaster, crs: str, message: str
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), crs=crs)
    assert message in reason_of(tmp_path)
    write_raster(tmp_path / 'b.tif', coarse(1, (8, 8)))
    assert [one.key for one in requests_of(tmp_path, gsd_m=0.1)] == ['a.tif', 'b@r0c0']


@pytest.mark.parametrize(
    ('bands', 'message'),
    [
        (coarse(0, (8, 8)).astype(np.uint16), '3 bands of uint16; needed are 8 bits in 1, 3'),
        (coarse(0, (8, 8))[..., :2], '2 bands of uint8; needed are 8 bits in 1, 3'),
    ],
)
def test_other_pixels_than_8_bits_of_grey_or_colour_are_refused(
    tmp_path: Path, write_raster: WriteRaster, bands: np.ndarray, message: str
) -> None:
    write_raster(tmp_path / 'a.tif', bands)
    assert message in reason_of(tmp_path)


def test_numbers_of_a_colour_table_are_not_taken_for_grey(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8))[..., :1], photometric='palette')
    with rasterio.open(tmp_path / 'a.tif', 'r+') as raster:
        raster.write_colormap(1, {one: (255 - one, 0, 0, 255) for one in range(256)})
    assert 'gdal_translate -expand rgb' in reason_of(tmp_path)


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
def test_windows_with_holes_fail_with_their_share(
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
    with pytest.raises(CollectionError, match=': 25% of the window has no data'):
        source.fetch(torn)


@pytest.mark.parametrize(
    ('tag', 'time'),
    [('2021:06:03 10:20:30', '2021-06-03T10:20:30'), ('2021:06:03', '2021-06-03'), (None, None)],
)
def test_the_time_is_the_tag_s_unless_it_is_given(
    tmp_path: Path, write_raster: WriteRaster, tag: str | None, time: str | None
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)))
    if tag is not None:
        with rasterio.open(tmp_path / 'a.tif', 'r+') as raster:
            raster.update_tags(TIFFTAG_DATETIME=tag)
    for option, expected in ((None, time), ('2019', '2019')):
        source = source_of(tmp_path, time=option)
        assert source.fetch(next(source.requests())).time == expected


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


def test_one_raster_at_a_time_is_open(
    tmp_path: Path, write_raster: WriteRaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        write_raster(tmp_path / f'{seed}.tif', coarse(seed, (8, 16)))
    opened: list[DatasetReader] = []
    really = rasterio.open

    def note(path: Path) -> DatasetReader:
        opened.append(really(path))
        return opened[-1]

    source = source_of(tmp_path)
    requests = list(source.requests())
    monkeypatch.setattr(rasterio, 'open', note)
    for request in requests:
        source.fetch(request)
        assert sum(not one.closed for one in opened) == 1
    assert len(opened) == 4  # two windows each
    source.close()
    assert all(one.closed for one in opened)


def test_a_folder_without_rasters_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match='name the folder of the orthophotos'):
        requests_of(tmp_path)


@pytest.mark.parametrize('gsd_m', [0.0, -0.1, math.nan])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, gsd_m: float) -> None:
    with pytest.raises(ValueError, match='needed is more than 0, or None'):
        source_of(tmp_path, gsd_m=gsd_m)
