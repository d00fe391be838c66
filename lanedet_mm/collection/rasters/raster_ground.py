"""Where the pixels of a raster lie on the ground."""

from pyproj import Transformer
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.tile_request import Region
from lanedet_mm.imagery import pixel_ground_m


def check_raster(raster: DatasetReader) -> None:
    """Refuse a raster without a place on the map, or whose pixels are no 8-bit photograph.

    Raises:
        CollectionError: With what is needed.
    """
    if raster.crs is None or raster.transform.is_identity:
        raise CollectionError(
            'no projection or no place on the map; needed is a georeferenced raster '
            '(gdal_translate -a_srs EPSG:... -a_ullr ...)'
        )
    if set(raster.dtypes) != {'uint8'} or raster.count == 2:
        raise CollectionError(
            f'{raster.count} bands of {"/".join(sorted(set(raster.dtypes)))}; needed '
            'are 8 bits in 1, 3 or more bands (gdal_translate -ot Byte -scale ...)'
        )
    if raster.colorinterp[0] == ColorInterp.palette:
        raise CollectionError(
            'its band counts colours of a table; needed are colours (gdal_translate -expand rgb)'
        )


def ground_gsd_m(raster: DatasetReader) -> float:
    """Ground metres per pixel in the middle of a raster, along the ellipsoid.

    Raises:
        CollectionError: If its projection does not know where that is.
    """
    gsd_m = pixel_ground_m(raster.crs, raster.transform, raster.width, raster.height)
    if gsd_m is None:
        raise CollectionError(
            'its projection does not say where on Earth it lies; needed is one that does '
            '(gdalwarp -t_srs EPSG:...)'
        )
    return gsd_m


def region_of(
    raster: DatasetReader, to_mercator: Transformer, column: float, row: float, side: float
) -> Region:
    """Box around a window, also where the raster is turned against the map."""
    ends = [(column + right * side, row + down * side) for right in (0, 1) for down in (0, 1)]
    corners = [raster.transform @ end for end in ends]
    x, y = zip(*corners, strict=True)
    easting, northing = to_mercator.transform(x, y)
    return (min(easting), min(northing), max(easting), max(northing))


def time_of(raster: DatasetReader) -> str | None:
    """The TIFF's own time as ISO 8601: '2021:06:03 10:20:30' as '2021-06-03T10:20:30'."""
    tag = raster.tags().get('TIFFTAG_DATETIME')
    if not tag:
        return None
    day, _, clock = tag.partition(' ')
    return f'{day.replace(":", "-")}T{clock}' if clock else day.replace(':', '-')
