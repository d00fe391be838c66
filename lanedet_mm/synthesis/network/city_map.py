"""The lines of a whole city on one map, and windows on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import Lane, TileAnnotation, ground_scale, mercator_x, mercator_y
from lanedet_mm.synthesis.network.map_element import MapElement
from lanedet_mm.synthesis.network.map_line import MapLine

Array = NDArray[np.float64]
_MARGIN_PX = 64.0  # lines go on this far outside of a tile, as AEL's do


class CityMap:
    """All painted lines of a city, in ground metres around its middle.

    The map is laid flat on EPSG:3857 by one factor, 1 / cos(latitude of the middle): over a map
    of a few kilometres the true factor differs from it by less than one part in a thousand.

    Args:
        latitude_deg: Latitude of the middle.
        longitude_deg: Longitude of the middle.
        extent_m: Side of the square map, ground metres.
        lines: Its painted lines.
        elements: What is where, to centre tiles on.
    """

    def __init__(
        self,
        *,
        latitude_deg: float,
        longitude_deg: float,
        extent_m: float,
        lines: Sequence[MapLine],
        elements: Sequence[MapElement],
    ) -> None:
        self.extent_m = extent_m
        self.lines = tuple(lines)
        self.elements = tuple(elements)
        self._origin = np.array([mercator_x(longitude_deg), mercator_y(latitude_deg)])
        self._scale = ground_scale(float(self._origin[1]))
        self._low = np.array([line.points_m.min(axis=0) for line in lines]).reshape(-1, 2)
        self._high = np.array([line.points_m.max(axis=0) for line in lines]).reshape(-1, 2)

    def tile(
        self, centre_m: Sequence[float], *, ground_gsd_m: float, size_px: int
    ) -> TileAnnotation:
        """The window around a point of the map.

        Args:
            centre_m: (east, north) of its middle, from the middle of the map.
            ground_gsd_m: Ground metres per pixel.
            size_px: Width and height in pixels.
        """
        if not (ground_gsd_m > 0 and size_px > 0):
            raise ValueError(
                f'a tile of {size_px} px at {ground_gsd_m} m per pixel has no ground; both must be '
                'above 0'
            )
        centre = self._origin + np.asarray(centre_m, np.float64) / self._scale
        meters_per_pixel = ground_gsd_m / ground_scale(float(centre[1]))
        half = meters_per_pixel * size_px / 2
        xmin, ymin = (float(value) for value in centre - half)
        xmax, ymax = (float(value) for value in centre + half)
        reach = (half + _MARGIN_PX * meters_per_pixel) * self._scale
        near = (self._high >= np.asarray(centre_m) - reach) & (
            self._low <= np.asarray(centre_m) + reach
        )
        lanes = []
        for index in np.flatnonzero(near.all(axis=1)):
            line = self.lines[index]
            mercator = self._origin + line.points_m / self._scale
            pixels = np.stack([mercator[:, 0] - xmin, ymax - mercator[:, 1]], axis=-1)
            for run in _clip(pixels / meters_per_pixel - 0.5, size_px):
                lanes.append(Lane(run, *line.kind, line.road_id, line.lane_id))
        return TileAnnotation(
            (xmin, ymin, xmax, ymax), (size_px, size_px), meters_per_pixel, tuple(lanes)
        )


def _clip(vertices: Array, size_px: int) -> list[Array]:
    """The pieces of a polyline that touch the tile, clipped to a margin around it."""
    low, high = -0.5 - _MARGIN_PX, size_px - 0.5 + _MARGIN_PX
    start, leg = vertices[:-1], np.diff(vertices, axis=0)
    with np.errstate(divide='ignore', invalid='ignore'):
        one, other = (low - start) / leg, (high - start) / leg
    flat, between = leg == 0, (start >= low) & (start <= high)
    enter = np.where(flat, np.where(between, 0.0, np.inf), np.minimum(one, other)).max(axis=1)
    leave = np.where(flat, np.where(between, 1.0, -np.inf), np.maximum(one, other)).min(axis=1)
    enter, leave = np.maximum(enter, 0.0), np.minimum(leave, 1.0)
    inside = np.flatnonzero(enter < leave)
    pieces: list[Array] = []
    # A run ends where the line leaves the margin, also in the middle of two inside segments.
    broken = (np.diff(inside) > 1) | (leave[inside[:-1]] < 1) | (enter[inside[1:]] > 0)
    for run in np.split(inside, np.flatnonzero(broken) + 1):
        if len(run):
            first = start[run] + enter[run, None] * leg[run]
            last = start[run[-1]] + leave[run[-1]] * leg[run[-1]]
            pieces.append(np.concatenate([first, last[None]]))
    frame = (-0.5, size_px - 0.5)
    return [piece for piece in pieces if _touches(piece, *frame)]


def _touches(piece: Array, low: float, high: float) -> bool:
    """Whether a polyline has a point in the square from low to high, looked at every pixel."""
    length = np.hypot(*np.diff(piece, axis=0).T)
    along = np.concatenate([[0.0], length.cumsum()])
    dense = np.arange(0.0, along[-1] + 1.0)
    points = np.stack([np.interp(dense, along, column) for column in piece.T], axis=-1)
    return bool(((points >= low) & (points <= high)).all(axis=1).any())
