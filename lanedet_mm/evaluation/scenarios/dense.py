"""Pieces of lines among many others."""

import numpy as np
from scipy.spatial import cKDTree

from lanedet_mm.evaluation.scenarios.line_pieces import STATION_M, Flags, LinePieces, Values

AROUND_M = 15.0
LEAST_DENSITY = 0.25  # metres of line in a square metre: seven lines of 3.5 m lanes side by side
_CELL_M = 1.0


def is_dense(pieces: LinePieces) -> Flags:
    """Pieces with at least `LEAST_DENSITY` of lines within `AROUND_M`, shape (P,)."""
    return np.asarray(density(pieces) >= LEAST_DENSITY)


def density(pieces: LinePieces) -> Values:
    """Length of lines within `AROUND_M` of each piece's middle, by the tile's area there, (P,).

    In metres of line per square metre; the ground outside the tile counts for neither.
    """
    if not len(pieces):
        return np.zeros(0)
    middle = np.stack([pieces.mean(axis) for axis in pieces.station_m.T], 1)
    lines, ground = cKDTree(pieces.station_m), cKDTree(_cells(pieces))
    length = lines.query_ball_point(middle, AROUND_M, return_length=True) * STATION_M
    area = ground.query_ball_point(middle, AROUND_M, return_length=True) * _CELL_M**2
    return np.asarray(length / np.maximum(area, 1), np.float64)


def _cells(pieces: LinePieces) -> Values:
    """Middles of square metres of the tile, shape (N, 2)."""
    rows, cols = (np.arange(side * pieces.gsd_m) + 0.5 for side in pieces.size_hw)
    return np.stack(np.meshgrid(rows, cols, indexing='ij'), -1).reshape(-1, 2)
