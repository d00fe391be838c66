import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from made_rasters import WriteRaster, coarse, reason_of, requests_of, source_of
from pyproj import Transformer

from lanedet_mm.lanes import mercator_y


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
