"""The ground that a road covers, and what it leaves of lines beneath it."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve

Array = NDArray[np.float64]
_STEP_M = 4.0


class Corridor:
    """All ground within half a width of the axis of a road.

    Args:
        curve: The axis.
        half_width_m: Distance from it to the border of the corridor.
    """

    def __init__(self, curve: ReferenceCurve, half_width_m: float) -> None:
        self.curve = curve
        self.half_width_m = half_width_m
        count = max(int(curve.length_m / _STEP_M), 1) + 1
        self._stations = np.linspace(0, curve.length_m, count)
        self._points = curve.at(self._stations)
        self._tree = cKDTree(self._points)
        self._low, self._high = curve.box_m

    def in_box(self, points_m: Array, margin_m: float) -> NDArray[np.bool_]:
        """Which points are so near to the corridor's box that they could be that near to it."""
        reach = margin_m + self.half_width_m
        inside = (points_m > self._low - reach) & (points_m < self._high + reach)
        return np.asarray(inside.all(axis=1))

    def clearance(self, points_m: Array) -> Array:
        """Distance from points to the border, negative inside; good to a decimetre near it."""
        index = self._tree.query(points_m)[1]
        # Between two samples of the axis the nearest point lies beside both: step onto the chord.
        heading = self.curve.heading(self._stations[index])
        along = np.stack([np.cos(heading), np.sin(heading)], axis=-1)
        shift = np.clip(
            ((points_m - self._points[index]) * along).sum(-1), -_STEP_M / 2, _STEP_M / 2
        )
        nearest = self._points[index] + shift[:, None] * along
        return np.asarray(np.hypot(*(points_m - nearest).T) - self.half_width_m)

    def station(self, point_m: Array) -> float:
        """Station of the point of the axis that is nearest to a point."""
        return float(self._stations[self._tree.query(point_m)[1]])

    def outside(self, points_m: Array) -> list[Array]:
        """The pieces of a dense polyline that lie outside, each of two vertices or more."""
        if not self.in_box(points_m, 0.0).any():
            return [points_m]
        clear = self.clearance(points_m) > 0
        runs = np.split(np.arange(len(clear)), np.flatnonzero(np.diff(clear)) + 1)
        return [points_m[run] for run in runs if clear[run[0]] and len(run) > 1]
