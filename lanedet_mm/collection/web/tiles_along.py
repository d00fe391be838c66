"""Squares of a grid that lines pass through."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def tiles_along(lines: Iterable[NDArray[np.float64]], side: float) -> list[tuple[int, int]]:
    """Every square that a line enters, each once; a line on an edge belongs to the higher square.

    Each leg is cut where it crosses the grid, and the middle of each piece says which square it
    is in: nothing is missed at any angle, and nothing is stepped over.

    Args:
        lines: Polylines, each shape (N, 2).
        side: Side of a square.

    Returns:
        (column, row) of the squares, sorted by row, then column.
    """
    found: set[tuple[int, int]] = set()
    for line in lines:
        scaled = np.asarray(line, float) / side
        for start, end in pairwise(scaled):
            found.update(_squares(start, end))
    return sorted(found, key=lambda square: (square[1], square[0]))


def _squares(start: NDArray[np.float64], end: NDArray[np.float64]) -> list[tuple[int, int]]:
    cuts = [np.array([0.0, 1.0])]
    for axis in (0, 1):
        low, high = sorted((start[axis], end[axis]))
        edges = np.arange(np.floor(low) + 1, np.ceil(high))
        if len(edges):
            cuts.append((edges - start[axis]) / (end[axis] - start[axis]))
    at = np.unique(np.concatenate(cuts))
    middle = (at[:-1] + at[1:]) / 2
    cells = np.floor(start + middle[:, None] * (end - start)).astype(int)
    return [(int(column), int(row)) for column, row in cells]
