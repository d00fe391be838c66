"""GeoTIFFs that rasterio has written, and how large their pixels are on the ground."""

import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from lanedet_mm.imagery import GroundPlace

pytestmark = pytest.mark.filterwarnings('ignore::rasterio.errors.NotGeoreferencedWarning')
MERCATOR_60_N = 8_399_737.89  # metres north of the equator on the sphere of EPSG:3857


def written(path: Path, **options: object) -> Path:
    with rasterio.open(
        path, 'w', driver='GTiff', width=40, height=30, count=1, dtype='uint8', **options
    ) as raster:
        raster.write(np.zeros((1, 30, 40), np.uint8))
    return path


@pytest.mark.parametrize(
    ('crs', 'transform', 'gsd_m'),
    [
        ('EPSG:32632', from_origin(500_000, 5_300_000, 0.2, 0.2), 0.2),
        ('EPSG:32632', from_origin(500_000, 5_300_000, 0.1, 0.4), 0.2),  # pixels of 0.04 m2
        ('EPSG:32632', Affine(0.12, 0.16, 5e5, 0.16, -0.12, 5.3e6), 0.2),  # turned
        ('EPSG:2263', from_origin(985_000, 200_000, 0.5, 0.5), 0.5 * 0.3048),  # feet of New York
        ('EPSG:3857', from_origin(0, MERCATOR_60_N, 0.4, 0.4), 0.2),  # cos(60 degrees) = 1/2
        ('EPSG:4326', from_origin(0, 0, 1e-6, 1e-6), 0.111),  # of a degree at the equator
    ],
)
def test_ground_metres_per_pixel(tmp_path: Path, crs: str, transform: Affine, gsd_m: float) -> None:
    place = GroundPlace.of(written(tmp_path / 'a.tif', crs=crs, transform=transform))
    assert place is not None
    assert place.gsd_m == pytest.approx(gsd_m, rel=0.005)
    assert place.transform == transform
    assert place.crs == rasterio.crs.CRS.from_user_input(crs)


def test_degrees_shrink_towards_the_pole(tmp_path: Path) -> None:
    """At 60 degrees a degree of longitude is half as long: pixels are 1 x 2."""
    transform = from_origin(0, 60, 1e-6, 1e-6)
    place = GroundPlace.of(written(tmp_path / 'a.tif', crs='EPSG:4326', transform=transform))
    assert place is not None
    assert place.gsd_m == pytest.approx(0.1113 * math.sqrt(0.5), rel=0.005)


@pytest.mark.parametrize('crs', ['LOCAL_CS["a site",UNIT["metre",1]]', 'EPSG:32632'])
def test_a_place_off_the_map_has_no_ground_metres(tmp_path: Path, crs: str) -> None:
    transform = from_origin(1e12, 1e12, 0.2, 0.2)
    place = GroundPlace.of(written(tmp_path / 'a.tif', crs=crs, transform=transform))
    assert place is not None
    assert place.gsd_m is None
    assert place.transform == transform


def test_what_has_no_place(tmp_path: Path) -> None:
    (tmp_path / 'broken.tif').write_bytes(b'II*\0 cut')
    (tmp_path / 'a.png').write_bytes(b'')
    somewhere = from_origin(5e5, 5e6, 0.2, 0.2)
    for path in (
        written(tmp_path / 'neither.tif'),
        written(tmp_path / 'crs_alone.tif', crs='EPSG:32632'),
        written(tmp_path / 'transform_alone.tif', transform=somewhere),
        tmp_path / 'broken.tif',
        tmp_path / 'a.png',
        tmp_path / 'none.tif',
        tmp_path,
    ):
        assert GroundPlace.of(path) is None
