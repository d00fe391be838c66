"""One painted line on the map of a city."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.network.paint_kind import PaintKind


@dataclass(frozen=True, eq=False)
class MapLine:
    """One painted line in ground metres.

    Attributes:
        points_m: (east, north) from the middle of the map, shape (N, 2), N >= 2.
        kind: What it is painted as.
        road_id: Id of its road, eight digits.
        lane_id: Id of the line, eight digits.
    """

    points_m: NDArray[np.float64]
    kind: PaintKind
    road_id: str = ''
    lane_id: str = ''
