"""A window of a raster as a tile that can be fetched."""

from dataclasses import dataclass
from pathlib import Path

from lanedet_mm.collection.tile_request import TileRequest


@dataclass(frozen=True, kw_only=True)
class RasterWindow(TileRequest):
    """A window, in the raster's own pixels.

    Attributes:
        path: The raster.
        column: Its left edge.
        row: Its upper edge.
        side: Its width and height.
        gsd_m: Ground metres per pixel of the tile that it becomes.
        time: When it was photographed, if that is known.
    """

    path: Path
    column: float
    row: float
    side: float
    gsd_m: float
    time: str | None
