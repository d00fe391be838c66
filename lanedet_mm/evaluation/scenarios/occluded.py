"""Pieces of lines with something standing on them."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.scenarios.line_light import across
from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces

LEAST_SHARE = 0.25  # of a piece that is hidden


def is_occluded(pieces: LinePieces, hidden: NDArray[np.bool_]) -> Flags:
    """Pieces of which a quarter is hidden, shape (P,).

    Only where it is known, as of rendered tiles. For photographs there is no rule: roofs of cars
    and crowns have all the colours that roads, paint and shadows have, and a guess would be no
    measurement.

    Args:
        pieces: The lines.
        hidden: Where something stands between ground and camera, shape (H, W).
    """
    on_line = across(hidden.astype(np.float32), pieces, np.zeros(1))[:, 0]
    return np.asarray(pieces.mean(on_line) >= LEAST_SHARE)
