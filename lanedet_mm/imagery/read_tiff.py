"""TIFF files to arrays, by what their bands are tagged as.

OpenCV takes a fourth band for alpha, whatever it holds, reads the first band alone where none is
tagged as a colour, passes over masks, and knows neither all compressions nor more than 2^30
pixels. rasterio is imported where a TIFF is read, so that nothing else waits for it.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery.image_error import ImageError
from lanedet_mm.imagery.pixel_checks import check_depth, check_opaque

_SUFFIXES = ('.tif', '.tiff')
_MAGIC = (b'II*\0', b'MM\0*', b'II+\0', b'MM\0+')  # the latter two are BigTIFF
_ROWS = 1024  # a large scene is held once, not with a copy in another order


def is_tiff(path: Path | str) -> bool:
    """Whether a file is named as a TIFF and begins as one; False of one that cannot be read."""
    if Path(path).suffix.lower() not in _SUFFIXES:
        return False
    try:
        with Path(path).open('rb') as file:
            return file.read(4) in _MAGIC
    except OSError:
        return False


def read_tiff(path: Path | str) -> NDArray[np.uint8]:
    """Read the colours of a TIFF: bands tagged red, green and blue, or else the first three.

    A table of colours is looked up. A band is alpha only if it is tagged so; what is neither a
    colour nor alpha, such as infrared, is left out.

    Args:
        path: The file.

    Returns:
        The pixels in BGR order, shape (H, W, 3), or of a grey image, shape (H, W).

    Raises:
        ImageError: If the file is truncated or unreadable, holds no 8-bit colours, or has pixels
            that its alpha, its mask or its nodata value leaves out.
    """
    with open_tiff(path) as raster:
        kinds = _kinds(raster)
        is_table = kinds[0] == 'palette'
        bits = '8' if is_table else raster.tags(1, ns='IMAGE_STRUCTURE').get('NBITS', '8')
        check_depth(raster.dtypes[0] if bits == '8' else f'uint{bits}', path)
        pixels = _read_rows(raster, [1] if is_table else _colour_bands(kinds))
        if is_table:
            pixels = _colours(raster.colormap(1))[pixels]
        elif raster.tags(ns='IMAGE_STRUCTURE').get('MINISWHITE') == 'YES':
            np.invert(pixels, out=pixels)
        if any('all_valid' not in {flag.name for flag in one} for one in raster.mask_flag_enums):
            check_opaque(raster.dataset_mask(), path, hint=_alpha_hint(kinds))
    return pixels


def read_tiff_values(path: Path | str) -> NDArray[Any]:
    """Read the values of all bands of a TIFF as they are stored, at any depth.

    Args:
        path: The file.

    Returns:
        Shape (H, W), or (H, W, C): blue, green and red first, the other bands in their order.
        Of a table of colours the indices.

    Raises:
        ImageError: If the file is truncated or unreadable.
    """
    with open_tiff(path) as raster:
        colours = _colour_bands(_kinds(raster))
        others = [band for band in raster.indexes if band not in colours]
        values = raster.read([*colours, *others])
    return np.ascontiguousarray(values.transpose(1, 2, 0)) if len(values) > 1 else values[0]


@contextmanager
def open_tiff(path: Path | str) -> Iterator[Any]:
    """A TIFF that rasterio has open; it need not be georeferenced.

    Raises:
        ImageError: If it cannot be opened, or what is done with it cannot be read.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', NotGeoreferencedWarning)
            raster = rasterio.open(Path(path), driver='GTiff')
        with raster:
            yield raster
    except RasterioError as error:
        # Of an error in the middle, rasterio says no more than to look at its cause.
        reason = error.__cause__ or error
        raise ImageError(path, f'no TIFF that GDAL reads ({reason}); get it again') from None


def _kinds(raster: Any) -> list[str]:  # noqa: ANN401 - rasterio has no types
    """What each band is tagged as, such as `red`, `alpha` or `undefined`."""
    return [kind.name for kind in raster.colorinterp]


def _colour_bands(kinds: list[str]) -> list[int]:
    """Numbers, from 1, of the bands that are blue, green and red, or of fewer."""
    if {'red', 'green', 'blue'} <= set(kinds):
        return [kinds.index(colour) + 1 for colour in ('blue', 'green', 'red')]
    bands = [number for number, kind in enumerate(kinds, 1) if kind != 'alpha']
    return bands[2::-1] if len(bands) > 2 else bands


def _alpha_hint(kinds: list[str]) -> str:
    """What to do where a fourth band is tagged as alpha, as GDAL does it unasked, and is none."""
    if 'alpha' not in kinds:
        return ''
    band = kinds.index('alpha') + 1
    return (
        f'; if band {band} is no alpha but infrared, say, tag it so '
        f'(gdal_edit.py -colorinterp_{band} undefined)'
    )


def _read_rows(raster: Any, bands: list[int]) -> NDArray[np.uint8]:  # noqa: ANN401
    """Bands of 8 bits, shape (H, W), or (H, W, C) of more than one."""
    if len(bands) == 1:
        return np.asarray(raster.read(bands[0]))
    pixels = np.empty((raster.height, raster.width, len(bands)), np.uint8)
    block_rows = raster.block_shapes[0][0]
    step = -(-_ROWS // block_rows) * block_rows  # no block is decoded twice
    for row in range(0, raster.height, step):
        end = min(row + step, raster.height)
        part = raster.read(bands, window=((row, end), (0, raster.width)))
        pixels[row:end] = cv2.merge(list(part))
    return pixels


def _colours(table: dict[int, tuple[int, ...]]) -> NDArray[np.uint8]:
    """BGR of each value, shape (256, 3)."""
    colours = np.zeros((256, 3), np.uint8)
    for value, (red, green, blue, *_) in table.items():
        colours[value] = (blue, green, red)
    return colours
