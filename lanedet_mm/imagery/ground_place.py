"""Where the pixels of a georeferenced TIFF lie on the ground."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lanedet_mm.imagery.image_error import ImageError
from lanedet_mm.imagery.read_tiff import is_tiff, open_tiff


@dataclass(frozen=True)
class GroundPlace:
    """The projection of an image, and where its pixels lie in it.

    Attributes:
        crs: The projection, a `rasterio.crs.CRS`.
        transform: From (column, row) to the projection's coordinates, an `affine.Affine`.
        gsd_m: Ground metres per pixel in the image's middle, along the ellipsoid; None where the
            projection knows no such place.
    """

    crs: Any
    transform: Any
    gsd_m: float | None

    @classmethod
    def of(cls, path: Path | str) -> 'GroundPlace | None':
        """That of a file; None of one that is no TIFF, is not georeferenced, or cannot be read."""
        if not is_tiff(path):
            return None
        try:
            with open_tiff(path) as raster:
                if raster.crs is None or raster.transform.is_identity:
                    return None
                gsd_m = pixel_ground_m(raster.crs, raster.transform, raster.width, raster.height)
                return cls(raster.crs, raster.transform, gsd_m)
        except ImageError:
            return None


def pixel_ground_m(
    crs: Any,  # noqa: ANN401 - rasterio has no types
    transform: Any,  # noqa: ANN401
    width: int,
    height: int,
) -> float | None:
    """Ground metres per pixel in the middle of an image, along the ellipsoid.

    Args:
        crs: As in `GroundPlace`.
        transform: As in `GroundPlace`.
        width: Of the image, in px.
        height: Of the image, in px.

    Returns:
        The geometric mean across and down; None where the projection knows no such place.
    """
    from pyproj import CRS, Geod, Transformer
    from pyproj.exceptions import ProjError

    try:
        to_degrees = Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True)
    except ProjError:  # of a site of its own, say
        return None
    column, row = width / 2, height / 2
    ends = [(column, row), (column + 1, row), (column, row + 1)]
    x, y = zip(*(transform @ end for end in ends), strict=True)
    longitude, latitude = to_degrees.transform(x, y)
    if not all(map(math.isfinite, (*longitude, *latitude))):
        return None
    ellipsoid = Geod(ellps='WGS84')
    across = ellipsoid.inv(longitude[0], latitude[0], longitude[1], latitude[1])[2]
    down = ellipsoid.inv(longitude[0], latitude[0], longitude[2], latitude[2])[2]
    return math.sqrt(across * down) or None
