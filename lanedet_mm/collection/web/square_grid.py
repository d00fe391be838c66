"""Which squares of the map become tiles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lanedet_mm.collection.web.area_border import Line
from lanedet_mm.collection.web.square import Square
from lanedet_mm.collection.web.tile_layout import WORLD_M, tile_gsd_m, zoom_for
from lanedet_mm.collection.web.tiles_along import tiles_along
from lanedet_mm.lanes import mercator_x, mercator_y


@dataclass(frozen=True, kw_only=True)
class SquareGrid:
    """A grid over Web Mercator whose squares are tiles of a size.

    Attributes:
        zoom: Of the server's tiles, or the scale that they would have there.
        gsd_m: Ground metres per pixel, instead of a zoom.
        tile_px: Side of a square's tile.
        server_tile_px: Side of the server's own tiles.
        is_free: Whether a square may have any scale, not only that of a zoom.
    """

    zoom: int | None
    gsd_m: float | None
    tile_px: int
    server_tile_px: int
    is_free: bool

    def __post_init__(self) -> None:
        if (self.zoom is None) == (self.gsd_m is None):
            raise ValueError(f'zoom is {self.zoom} and gsd_m {self.gsd_m}; give one of them')

    def squares(self, roads: Sequence[Line], *, place: str) -> Iterator[Square]:
        """Squares that a road passes through, from north to south and west to east.

        Args:
            roads: (longitude, latitude) in degrees, each shape (N, 2); one or more.
            place: As the manifest will say it.
        """
        lines = [
            np.array([(mercator_x(lon), mercator_y(lat)) for lon, lat in one]) for one in roads
        ]
        side = self._side_m(float(np.median(np.concatenate(lines)[:, 1])))
        # Columns count from the west end of the map, rows from its north end, as servers do.
        flipped = (np.array([1, -1]) * line + WORLD_M / 2 for line in lines)
        for column, row in tiles_along(flipped, side):
            west, north = column * side - WORLD_M / 2, WORLD_M / 2 - row * side
            yield Square(
                key=f'{side:.6g}m/{column}/{row}',
                place=place,
                region=(west, north - side, west + side, north),
                column=column,
                row=row,
                gsd_m=tile_gsd_m(0, north - side / 2, 1) * side / WORLD_M / self.tile_px,
            )

    def _side_m(self, middle_y: float) -> float:
        """Side of a square in Web Mercator metres."""
        if self.is_free and self.gsd_m is not None:
            return self.gsd_m * self.tile_px / tile_gsd_m(0, middle_y, 1) * WORLD_M
        return WORLD_M / 2 ** self._zoom(middle_y) * self.tile_px / self.server_tile_px

    def _zoom(self, middle_y: float) -> int:
        if self.zoom is not None:
            return self.zoom
        assert self.gsd_m is not None
        return zoom_for(self.gsd_m, middle_y, self.server_tile_px)
