"""The axis of a road: stations along it, offsets to its right."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
COARSE_M = 20.0


class ReferenceCurve:
    """A smooth curve on the ground that lines are laid along.

    Args:
        points_m: (east, north) in ground metres, a few metres apart, shape (N, 2), N >= 3.
    """

    def __init__(self, points_m: Array) -> None:
        self.points_m = points_m
        leg = np.diff(points_m, axis=0)
        self.stations_m: Array = np.concatenate([[0.0], np.hypot(*leg.T).cumsum()])
        slope = np.gradient(points_m, self.stations_m, axis=0)
        self._headings: Array = np.unwrap(np.arctan2(slope[:, 1], slope[:, 0]))

    @cached_property
    def box_m(self) -> tuple[Array, Array]:
        """Its least and its greatest (east, north)."""
        return self.points_m.min(axis=0), self.points_m.max(axis=0)

    @cached_property
    def coarse(self) -> tuple[Array, Array]:
        """Stations and points that are `COARSE_M` apart, to search in."""
        count = max(int(self.length_m / COARSE_M), 1) + 1
        station = np.linspace(0, self.length_m, count)
        return station, self.at(station)

    @property
    def length_m(self) -> float:
        """Length from the first to the last point."""
        return float(self.stations_m[-1])

    def heading(self, station_m: Array | float) -> Array:
        """Direction of the curve in radians, counter-clockwise from east."""
        return np.asarray(np.interp(station_m, self.stations_m, self._headings))

    def at(self, station_m: Array | float, offset_m: Array | float = 0.0) -> Array:
        """Points on the ground.

        Args:
            station_m: Distance along the curve; beyond its ends the curve's ends count.
            offset_m: Distance to the right of the curve.

        Returns:
            (east, north) in ground metres, shape (..., 2).
        """
        axis = np.stack(
            [np.interp(station_m, self.stations_m, column) for column in self.points_m.T], axis=-1
        )
        heading = self.heading(station_m)
        right = np.stack([np.sin(heading), -np.cos(heading)], axis=-1)
        return np.asarray(axis + np.asarray(offset_m)[..., None] * right)
