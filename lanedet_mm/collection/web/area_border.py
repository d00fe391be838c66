"""The border of an area, and what of a line is within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]


@dataclass(frozen=True)
class AreaBorder:
    """Borders of areas; a point is inside if it is in any of them.

    An outline is cut into lines in any order and direction, as maps hold them, and may have holes
    and several parts: inside is from where a ray crosses it an odd number of times.

    Attributes:
        outlines: For each area its lines, (longitude, latitude), each shape (N, 2).
    """

    outlines: Sequence[Sequence[Line]]

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float]) -> 'AreaBorder':
        """Border of (west, south, east, north)."""
        west, south, east, north = box
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return cls([[np.array(corners, float)]])

    @property
    def is_closed(self) -> bool:
        """Whether every outline leads back to its begin, without which inside means nothing."""
        return bool(self.outlines) and all(map(_is_closed, self.outlines))

    def within(self, line: Line) -> list[Line]:
        """Parts of a line that are inside, each shape (N, 2); none, or the line itself, too."""
        low, high = line[:, 1].min(), line[:, 1].max()
        areas = []
        for outline in self.outlines:
            legs = _legs(outline)  # (K, 2, 2)
            # Neither a crossing nor a ray to the east is at another latitude than the line.
            near = (legs[..., 1].min(1) <= high) & (legs[..., 1].max(1) >= low)
            areas.append(legs[near])
        vertices = np.arange(len(line))
        at = np.unique(np.concatenate([vertices, *(_crossings(line, legs) for legs in areas)]))
        points = np.stack([np.interp(at, vertices, axis) for axis in line.T], axis=1)
        middle = (points[:-1] + points[1:]) / 2
        inside = np.any([_is_inside(middle, legs) for legs in areas], axis=0)
        ends = np.flatnonzero(np.diff(inside, prepend=False, append=False))
        return [points[begin : end + 1] for begin, end in ends.reshape(-1, 2)]


def _is_closed(outline: Sequence[Line]) -> bool:
    ends = [tuple(line[end]) for line in outline for end in (0, -1)]
    return bool(ends) and all(ends.count(end) % 2 == 0 for end in ends)


def _legs(outline: Sequence[Line]) -> NDArray[np.float64]:
    """Start and end of each straight leg, shape (K, 2, 2)."""
    return np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in outline])


def _crossings(line: Line, legs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a line crosses others: the vertex before, and how far it is to the next one."""
    found = [np.zeros(0)]
    for number, (start, end) in enumerate(pairwise(line)):
        along, across, away = end - start, legs[:, 1] - legs[:, 0], legs[:, 0] - start
        with np.errstate(divide='ignore', invalid='ignore'):  # parallel ones do not cross
            size = _cross(along, across)
            mine, theirs = _cross(away, across) / size, _cross(away, along) / size
        meets = (mine > 0) & (mine < 1) & (theirs >= 0) & (theirs <= 1)
        found.append(number + mine[meets])
    return np.concatenate(found)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _is_inside(points: Line, legs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a ray to the east crosses the legs an odd number of times, shape (N,)."""
    (x0, y0), (x1, y1) = legs[:, 0].T, legs[:, 1].T
    x, y = points[:, :1], points[:, 1:]  # (N, 1)
    passes = (y0 > y) != (y1 > y)
    with np.errstate(divide='ignore', invalid='ignore'):  # level ones are never passed
        is_east = x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return np.asarray((passes & is_east).sum(1) % 2 == 1)
