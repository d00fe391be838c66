"""Pieces of lines whose paint hardly stands out from their road."""

import numpy as np

from lanedet_mm.evaluation.scenarios.line_light import LineLight
from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces, Values

MOST_CONTRAST = 0.45  # of the tile's good paint, as a share of its contrast
GOOD_QUANTILE = 0.9  # of the pieces' paint that is good
LEAST_GOOD = 200.0  # grey level of good paint where the tile has none in the sun
DASH_M = 8.0  # a dashed line is as good as its best paint this far each way: gaps are not worn
_LEAST_LEVELS = 10.0


def is_worn(pieces: LinePieces, light: LineLight) -> Flags:
    """Pieces with less than 0.45 of the contrast that good paint has on their road, (P,).

    The paint of a piece is the 0.75 quantile over its stations of the brightest grey level on the
    line; its road is as in `shadow`. Good paint is the 0.9 quantile of the tile's pieces, or 200
    if that is less, and darker by the share by which the road is darker than the tile's bright
    road: paint in shadow is not worn. Narrow paint in coarse pixels and pale concrete look worn.

    Against the renderer (56 tiles of seven cities, 12 % of whose pieces have paint that is less
    than 0.45 opaque): precision 0.40, recall 0.50. What is found is hard to see; whether wheels
    made it so, the picture hardly tells.
    """
    if not len(pieces):
        return np.zeros(0, bool)
    road = pieces.quantile(np.median(light.beside, axis=1), 0.5)
    paint = pieces.quantile(light.paint, 0.75)
    lit = np.minimum(road / max(float(np.quantile(road, GOOD_QUANTILE)), 1.0), 1.0)
    good = max(float(np.quantile(paint, GOOD_QUANTILE)), LEAST_GOOD) * lit
    contrast = best_dash(pieces, paint) - road
    return np.asarray(contrast < MOST_CONTRAST * np.maximum(good - road, _LEAST_LEVELS))


def best_dash(pieces: LinePieces, values: Values) -> Values:
    """For pieces of dashed lines the largest value within `DASH_M` along the line, shape (P,)."""
    best = values.copy()
    for index in np.flatnonzero(pieces.is_dashed):
        mine = np.flatnonzero(pieces.line == index)
        along = pieces.along_m[mine]
        near = np.abs(along[:, None] - along) <= DASH_M
        best[mine] = np.where(near, values[mine], -np.inf).max(1, initial=-np.inf)
    return best
