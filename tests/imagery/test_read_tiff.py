"""TIFFs that rasterio has written, read by the names of their bands."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from lanedet_mm.imagery import ImageError, read_image, read_stored

pytestmark = pytest.mark.filterwarnings('ignore::rasterio.errors.NotGeoreferencedWarning')
BANDS = np.random.default_rng(0).integers(1, 255, (5, 30, 40), dtype=np.uint8)
RGB = BANDS[:3]
BGR = RGB[::-1].transpose(1, 2, 0)


def written(path: Path, bands: np.ndarray, **options: Any) -> Path:  # noqa: ANN401
    count, height, width = bands.shape
    size = {'count': count, 'height': height, 'width': width, 'dtype': bands.dtype.name}
    with rasterio.open(path, 'w', driver='GTiff', **size, **options) as raster:
        raster.write(bands)
    return path


@pytest.mark.parametrize('count', [3, 4, 5])
def test_bands_without_a_colour_tag_are_red_green_and_blue(tmp_path: Path, count: int) -> None:
    path = written(tmp_path / 'a.tif', BANDS[:count], photometric='MINISBLACK')
    np.testing.assert_array_equal(read_image(path, size_wh=(40, 30)), BGR)


def test_infrared_is_no_alpha(tmp_path: Path) -> None:
    path = written(tmp_path / 'a.tif', BANDS[:4], photometric='RGB', alpha='unspecified')
    np.testing.assert_array_equal(read_image(path), BGR)


def test_colours_are_found_by_their_tags(tmp_path: Path) -> None:
    path = written(tmp_path / 'a.TIFF', BANDS[:4], photometric='MINISBLACK')
    with rasterio.open(path, 'r+') as raster:
        raster.colorinterp = (
            ColorInterp.undefined, ColorInterp.blue, ColorInterp.green, ColorInterp.red
        )  # fmt: skip
    np.testing.assert_array_equal(read_image(path), BANDS[1:4].transpose(1, 2, 0))


@pytest.mark.parametrize('compress', ['zstd', 'webp', 'lzma', 'lerc', 'lzw', 'deflate', 'packbits'])
@pytest.mark.parametrize('tiled', [False, True])
def test_every_lossless_compression(
    tmp_path: Path, compress: str, tiled: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    layout = {'tiled': True, 'blockxsize': 16, 'blockysize': 16} if tiled else {}
    lossless = {'webp_lossless': True} if compress == 'webp' else {}
    path = written(tmp_path / 'a.tif', RGB, compress=compress, **layout, **lossless)
    np.testing.assert_array_equal(read_image(path), BGR)
    assert capfd.readouterr() == ('', '')


@pytest.mark.parametrize('rows', [1023, 1024, 1025, 2500])
def test_rows_are_put_together_at_any_height(tmp_path: Path, rows: int) -> None:
    bands = np.random.default_rng(1).integers(0, 256, (3, rows, 5), dtype=np.uint8)
    path = written(tmp_path / 'a.tif', bands, tiled=True, blockxsize=48, blockysize=48)
    np.testing.assert_array_equal(read_image(path), bands[::-1].transpose(1, 2, 0))


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    grey = read_image(written(tmp_path / 'a.tif', BANDS[:1]))
    np.testing.assert_array_equal(grey, np.dstack([BANDS[0]] * 3))
    turned = read_image(written(tmp_path / 'b.tif', BANDS[:1], photometric='MINISWHITE'))
    np.testing.assert_array_equal(turned, 255 - grey)


def test_a_table_of_colours_is_looked_up(tmp_path: Path) -> None:
    index = np.array([[[0, 1], [2, 1]]], np.uint8)
    path = tmp_path / 'a.tif'
    with rasterio.open(
        path, 'w', driver='GTiff', count=1, height=2, width=2, dtype='uint8'
    ) as raster:
        raster.write_colormap(1, {0: (1, 2, 3), 1: (4, 5, 6), 2: (7, 8, 9)})
        raster.write(index)
    expected = [[[3, 2, 1], [6, 5, 4]], [[9, 8, 7], [6, 5, 4]]]
    assert read_image(path).tolist() == expected
    np.testing.assert_array_equal(read_stored(path), index[0])


@pytest.mark.parametrize(('count', 'photometric'), [(1, 'MINISBLACK'), (3, 'RGB')])
def test_alpha_is_dropped_where_it_is_opaque_and_refused_with_holes(
    tmp_path: Path, count: int, photometric: str
) -> None:
    bands = np.concatenate([BANDS[:count], np.full((1, 30, 40), 255, np.uint8)])
    path = written(tmp_path / 'a.tif', bands, photometric=photometric, alpha='yes')
    expected = BGR if count == 3 else np.dstack([BANDS[0]] * 3)
    np.testing.assert_array_equal(read_image(path), expected)
    bands[-1, 3, 4:9] = 254
    path = written(tmp_path / 'b.tif', bands, photometric=photometric, alpha='yes')
    with pytest.raises(
        ImageError, match=r'b\.tif: has 5 pixels that are not opaque.*if band . is no alpha'
    ):
        read_image(path)


def test_holes_of_a_mask_and_of_nodata_are_refused(tmp_path: Path) -> None:
    mask = np.full((30, 40), 255, np.uint8)
    mask[2, :7] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = written(tmp_path / 'mask.tif', RGB)
        with rasterio.open(path, 'r+') as raster:
            raster.write_mask(mask)
    with pytest.raises(ImageError, match=r'mask\.tif: has 7 pixels that are not opaque'):
        read_image(path)
    path = written(tmp_path / 'nodata.tif', RGB * (mask // 255), nodata=0)
    with pytest.raises(ImageError, match=r'nodata\.tif: has 7 pixels that are not opaque'):
        read_image(path)
    np.testing.assert_array_equal(read_image(written(tmp_path / 'c.tif', RGB, nodata=0)), BGR)


@pytest.mark.parametrize('dtype', ['uint16', 'float32', 'int16'])
def test_other_depths_are_refused(tmp_path: Path, dtype: str) -> None:
    path = written(tmp_path / 'a.tif', RGB.astype(dtype))
    with pytest.raises(ImageError, match=rf'a\.tif: holds {dtype} values; needed are 8 bits'):
        read_image(path)
    assert read_stored(path).dtype == dtype


def test_four_bits_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / 'a.tif', BANDS[:1] // 16, nbits=4)
    with pytest.raises(ImageError, match=r'a\.tif: holds uint4 values; needed are 8 bits'):
        read_image(path)


def test_two_bands_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / 'a.tif', BANDS[:2], alpha='no')
    with pytest.raises(ImageError, match=r'a\.tif: has 2 channels; needed are 1, 3 or 4'):
        read_image(path)


@pytest.mark.parametrize('compress', ['none', 'lzw', 'jpeg'])
@pytest.mark.parametrize('share', [0.01, 0.5, 0.95])
def test_a_truncated_tiff_is_refused(tmp_path: Path, compress: str, share: float) -> None:
    path = written(tmp_path / 'a.tif', RGB.repeat(8, 1).repeat(8, 2), compress=compress)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    for read in (read_image, read_stored):
        with pytest.raises(ImageError, match=r'a\.tif: no TIFF that GDAL reads \(.*a\.tif.*\)'):
            read(path)


def test_what_is_only_named_tiff_goes_to_opencv(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / 'a.png'), BGR)
    path = (tmp_path / 'a.png').rename(tmp_path / 'a.tif')
    np.testing.assert_array_equal(read_image(path), BGR)
    path.write_bytes(b'no image')
    with pytest.raises(ImageError, match=r'a\.tif: no image that OpenCV reads'):
        read_image(path)
    with pytest.raises(ImageError, match=r'none\.tif: no such image'):
        read_image(tmp_path / 'none.tif')


def test_a_name_is_no_syntax(tmp_path: Path) -> None:
    for name in ('zip+file.tif', 'a#b?c=1,%20!.tif', 'ä ö.tif'):
        np.testing.assert_array_equal(read_image(written(tmp_path / name, RGB)), BGR)


def test_stored_bands_are_the_colours_and_then_the_rest(tmp_path: Path) -> None:
    path = written(tmp_path / 'a.tif', BANDS, photometric='RGB')
    np.testing.assert_array_equal(read_stored(path), BANDS[[2, 1, 0, 3, 4]].transpose(1, 2, 0))
    path = written(tmp_path / 'b.tif', BANDS[:1])
    np.testing.assert_array_equal(read_stored(path), BANDS[0])
