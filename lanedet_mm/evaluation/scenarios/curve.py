"""Pieces of lines that bend."""

import numpy as np

from lanedet_mm.evaluation.scenarios.line_pieces import (
    Flags,
    LinePieces,
    Points,
    Values,
    line_length,
    points_along,
)

LEAST_RADIUS_M = 100.0  # what bends more is a curve
CHORD_M = 12.0  # to either side; at the radius its arc rises 0.72 m, which no annotation is off by
_LEAST_CHORD_M = 4.0


def is_curve(pieces: LinePieces) -> Flags:
    """Pieces on a radius below `LEAST_RADIUS_M`, shape (P,)."""
    curve = np.zeros(len(pieces), bool)
    for index, line_m in enumerate(pieces.lines_m):
        mine = pieces.line == index
        curve[mine] = radius_m(line_m, pieces.along_m[mine]) < LEAST_RADIUS_M
    return curve


def radius_m(line_m: Points, along_m: Values) -> Values:
    """Radius of the circle through a point of a line and those a chord away, shape (M,).

    Near its ends the chords are shorter; inf where they are shorter than 4 m, or straight.

    Args:
        line_m: (row, column) in ground metres, shape (N, 2).
        along_m: Where along the line, shape (M,).
    """
    chord = np.minimum(np.minimum(along_m, line_length(line_m) - along_m), CHORD_M)
    behind, middle, ahead = (
        points_along(line_m, along_m + step) for step in (-chord, np.zeros_like(chord), chord)
    )
    first, second, third = middle - behind, ahead - middle, ahead - behind
    twice_area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    sides = np.hypot(*first.T) * np.hypot(*second.T) * np.hypot(*third.T)
    bent = (twice_area > 1e-9) & (chord >= _LEAST_CHORD_M)
    radius: Values = np.full(len(along_m), np.inf)
    np.divide(sides, 2 * twice_area, out=radius, where=bent)
    return radius
