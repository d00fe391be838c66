from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp, Compression
from rasterio.transform import Affine

from lanedet_mm.imagery import GroundPlace, read_image, read_stored, write_class_raster

PALETTE = ((0, 0, 0), (255, 0, 0), (1, 2, 3))
PLACE = GroundPlace(
    rasterio.crs.CRS.from_epsg(32632), Affine(0.12, 0.16, 5e5, 0.16, -0.12, 5.3e6), 0.2
)


@pytest.mark.parametrize('size_hw', [(3, 5), (600, 700)])
def test_classes_come_back_with_their_place_and_colours(
    tmp_path: Path, size_hw: tuple[int, int]
) -> None:
    classes = np.random.default_rng(0).integers(0, 3, size_hw, dtype=np.uint8)
    path = tmp_path / 'deep' / 'a.tif'
    write_class_raster(path, classes, PLACE, palette=PALETTE)
    with rasterio.open(path) as raster:
        assert (raster.count, raster.dtypes, raster.nodata) == (1, ('uint8',), None)
        assert (raster.crs, raster.transform) == (PLACE.crs, PLACE.transform)
        assert raster.compression == Compression.deflate
        assert raster.colorinterp == (ColorInterp.palette,)
        assert [raster.colormap(1)[index][:3] for index in range(3)] == list(PALETTE)
        np.testing.assert_array_equal(raster.read(1), classes)
    np.testing.assert_array_equal(read_stored(path), classes)
    np.testing.assert_array_equal(read_image(path), np.array(PALETTE)[classes][..., ::-1])
    assert [one.name for one in path.parent.iterdir()] == ['a.tif']
