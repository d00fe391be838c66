"""How much of a tile may lack data."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.nothing_here_error import NothingHereError

# One value marks holes in many rasters, and a photograph has pixels of that value too.
_HOLES_FROM = 0.01


def refuse_holes(has_data: NDArray[np.bool_], subject: str) -> None:
    """Let a tile pass of whose pixels less than 1 % have no data.

    Args:
        has_data: Whether a pixel was photographed, of any shape.
        subject: What the tile is part of, for the error.

    Raises:
        NothingHereError: If more of it is missing.
    """
    share = 1 - float(has_data.mean())
    if share >= _HOLES_FROM:
        raise NothingHereError(f'{share:.0%} of {subject} has no data')
