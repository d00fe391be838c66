"""Arithmetic on polylines: arc length, points and headings along them."""

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def without_repeats(points: Points) -> Points:
    """The polyline without vertices that repeat the one before; shape (N, 2), N may be 1."""
    if len(points) == 0:
        return points
    moved = np.any(np.abs(np.diff(points, axis=0)) > 1e-9, axis=1)
    return points[np.concatenate(([True], moved))]


def arc_lengths(points: Points) -> NDArray[np.float64]:
    """Length along the polyline up to each vertex, shape (N,), from 0."""
    step = points[1:] - points[:-1]
    along = np.zeros(len(points))
    np.cumsum(np.hypot(step[:, 0], step[:, 1]), out=along[1:])
    return along


def points_at(points: Points, lengths: NDArray[np.float64]) -> Points:
    """Points at lengths along the polyline, shape (M, 2)."""
    along = arc_lengths(points)
    cols = np.interp(lengths, along, points[:, 0])
    return np.stack([cols, np.interp(lengths, along, points[:, 1])], axis=1)


def headings_at(points: Points, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Direction (radians from +col towards +row) at lengths along the polyline, shape (M,)."""
    along = arc_lengths(points)
    index = np.clip(np.searchsorted(along, lengths, side='right') - 1, 0, len(points) - 2)
    step = points[index + 1] - points[index]
    return np.arctan2(step[:, 1], step[:, 0])


def clipped(points: Points, low: Points, high: Points) -> list[Points]:
    """Runs of segments whose boxes touch the box from `low` to `high` (each (2,))."""
    first, second = points[:-1], points[1:]
    touches = np.all(
        (np.maximum(first, second) >= low) & (np.minimum(first, second) <= high), axis=1
    )
    bounds = np.flatnonzero(np.diff(np.concatenate(([0], touches.astype(np.int8), [0]))))
    return [points[a : b + 1] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]


def rectangle(centre: Points, size: tuple[float, float], heading: float) -> Points:
    """Corners of a rectangle: `size` is along and across the heading; shape (4, 2)."""
    cos, sin = math.cos(heading) / 2, math.sin(heading) / 2
    axes = np.array([[cos * size[0], sin * size[0]], [-sin * size[1], cos * size[1]]])
    return np.asarray(centre + _CORNERS @ axes, np.float64)
