"""Class indices to a TIFF that lies where its image does."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery.ground_place import GroundPlace
from lanedet_mm.imagery.write_atomically import write_atomically


def write_class_raster(
    path: Path,
    classes: NDArray[np.uint8],
    place: GroundPlace,
    *,
    palette: Sequence[tuple[int, int, int]],
) -> None:
    """Write a GeoTIFF of one band that is there whole or not at all; its folder is made.

    Args:
        path: The file.
        classes: Class indices, shape (H, W).
        place: Of the image that was classified.
        palette: RGB colour of each class, which a map viewer shows.
    """
    from rasterio.io import MemoryFile

    height, width = classes.shape
    with MemoryFile() as file:
        with file.open(
            driver='GTiff',
            height=height,
            width=width,
            count=1,
            dtype='uint8',
            crs=place.crs,
            transform=place.transform,
            compress='deflate',
            tiled=True,
            bigtiff='if_safer',
        ) as raster:
            raster.write_colormap(1, dict(enumerate(palette)))
            raster.write(classes, 1)
        write_atomically(path, file.read())
