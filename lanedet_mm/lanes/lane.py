"""One lane marking as AEL describes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Lane:
    """One painted line, unbroken also where the paint is dashed.

    Attributes:
        vertices: Polyline of (column, row) in pixels, shape (N, 2), N >= 2; an integer is the
            centre of a pixel; vertices may lie outside the tile.
        single: A single line; otherwise a double one.
        white: White paint; otherwise yellow.
        solid: An unbroken line; otherwise a dashed one.
        road_id: Id of the road, eight digits in AEL.
        lane_id: Id of the line, eight digits in AEL.
    """

    vertices: NDArray[np.float64]
    single: bool = True
    white: bool = True
    solid: bool = True
    road_id: str = ''
    lane_id: str = ''
