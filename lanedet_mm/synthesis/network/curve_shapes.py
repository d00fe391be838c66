"""Curves that roads are built on: clothoids and splines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve

Array = NDArray[np.float64]
STEP_M = 2.0


def clothoid(
    start_m: Array, heading: float, stations_m: Sequence[float], curvatures: Sequence[float]
) -> ReferenceCurve:
    """A curve whose curvature changes linearly between stations.

    Args:
        start_m: (east, north) of its first point.
        heading: Direction at its first point, radians counter-clockwise from east.
        stations_m: Where the curvature is given, from 0 to the curve's length, ascending.
        curvatures: 1 / radius at those stations, positive to the left.
    """
    count = max(int(np.ceil(stations_m[-1] / STEP_M)), 2)
    station, step = np.linspace(0, stations_m[-1], count + 1, retstep=True)
    middle = station[:-1] + step / 2
    bend = np.interp(middle, stations_m, curvatures) * step
    direction = heading + np.cumsum(bend) - bend / 2
    leg = step * np.stack([np.cos(direction), np.sin(direction)], axis=-1)
    return ReferenceCurve(np.concatenate([start_m[None], start_m + np.cumsum(leg, axis=0)]))


def spline(points_m: Array) -> ReferenceCurve:
    """A smooth curve through points, shape (N, 2), N >= 3."""
    chord = np.concatenate([[0.0], np.hypot(*np.diff(points_m, axis=0).T).cumsum()])
    count = max(int(np.ceil(chord[-1] / STEP_M)), 2)
    return ReferenceCurve(CubicSpline(chord, points_m)(np.linspace(0, chord[-1], count + 1)))
