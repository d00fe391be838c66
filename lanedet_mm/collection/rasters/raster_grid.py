"""Which windows of a raster become tiles."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyproj import CRS, Transformer
from rasterio.io import DatasetReader

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.rasters.raster_ground import (
    check_raster,
    ground_gsd_m,
    region_of,
    time_of,
)
from lanedet_mm.collection.rasters.raster_window import RasterWindow
from lanedet_mm.collection.rasters.road_lines import Line, holds_point, points_along
from lanedet_mm.imagery import check_window, window_starts


@dataclass(frozen=True, kw_only=True)
class RasterGrid:
    """A grid of tiles over a raster, everywhere or along roads.

    Attributes:
        tile_px: Side of a tile.
        overlap_px: What neighbours share.
        gsd_m: Ground metres per pixel of the tiles; None keeps the raster's own.
        roads: (longitude, latitude) in degrees, each shape (N, 2); None takes all windows.
    """

    tile_px: int
    overlap_px: int
    gsd_m: float | None
    roads: Sequence[Line] | None

    def __post_init__(self) -> None:
        check_window(self.tile_px, self.overlap_px)
        if self.gsd_m is not None and not self.gsd_m > 0:
            raise ValueError(f'gsd_m is {self.gsd_m}; needed is more than 0, or None')

    def windows(
        self, raster: DatasetReader, path: Path, where: str, *, place: str, time: str | None
    ) -> Iterator[RasterWindow]:
        """The windows, row by row.

        Args:
            raster: Of any projection.
            path: Its file.
            where: Begin of the windows' keys.
            place: As the manifest will say it.
            time: When it was photographed; None takes the raster's own tag.

        Raises:
            CollectionError: If the raster has no place on the map or is no 8-bit photograph.
            ProjError: If its projection cannot be followed.
        """
        check_raster(raster)
        own_gsd_m = ground_gsd_m(raster)
        if not 0 < own_gsd_m < math.inf:
            raise CollectionError(
                f'its corner {raster.transform.c:g}, {raster.transform.f:g} is no place of '
                f'{raster.crs}; give it its true projection (gdal_translate -a_srs EPSG:...)'
            )
        gsd_m = self.gsd_m or own_gsd_m
        side = self.tile_px if self.gsd_m is None else self.tile_px * gsd_m / own_gsd_m
        scale = side / self.tile_px
        to_mercator = Transformer.from_crs(CRS.from_user_input(raster.crs), 3857, always_xy=True)
        for column, row in self._corners(raster, scale):
            yield RasterWindow(
                key=f'{where}@r{row}c{column}',
                place=place,
                region=region_of(raster, to_mercator, column * scale, row * scale, side),
                path=path,
                column=column * scale,
                row=row * scale,
                side=side,
                gsd_m=gsd_m,
                time=time or time_of(raster),
            )

    def _corners(self, raster: DatasetReader, scale: float) -> Iterator[tuple[int, int]]:
        """Columns and rows where tiles begin, in pixels of a tile."""
        width, height = (math.floor(length / scale) for length in (raster.width, raster.height))
        if min(width, height) < self.tile_px:
            return
        passed = None
        if self.roads is not None:
            passed = points_along(self.roads, raster, scale, spacing_px=self.tile_px / 16)
        for row in window_starts(height, self.tile_px, self.overlap_px):
            for column in window_starts(width, self.tile_px, self.overlap_px):
                if passed is None or holds_point(passed, column, row, self.tile_px):
                    yield column, row
