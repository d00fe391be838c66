"""A square of the map as a tile that can be fetched."""

from dataclasses import dataclass

from lanedet_mm.collection.tile_request import Region, TileRequest


@dataclass(frozen=True, kw_only=True)
class Square(TileRequest):
    """A square of a grid over Web Mercator.

    Attributes:
        column: From the west end of the map.
        row: From its north end.
        region: Its ground, as of every request, but always known.
        gsd_m: Ground metres per pixel of its tile.
    """

    column: int
    row: int
    region: Region
    gsd_m: float
