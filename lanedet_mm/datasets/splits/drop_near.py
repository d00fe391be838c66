"""Keep the sides of a split apart on the ground."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.manifest import SIDES
from lanedet_mm.datasets.splits.ground_overlap import overlaps_any
from lanedet_mm.lanes import ground_scale

Boxes = NDArray[np.float64]


def drop_near(
    sides: NDArray[np.str_], regions: Boxes, *, buffer_m: float = 0.0
) -> NDArray[np.bool_]:
    """Which tiles to drop so that no two sides come closer than a buffer.

    A tile gives way to the test side, then to the val side: training has tiles enough.

    Args:
        sides: 'train', 'val' or 'test' of each tile, shape (N,).
        regions: Box of each tile in EPSG:3857 metres, shape (N, 4).
        buffer_m: Ground metres to keep between the sides; 0 keeps them from overlapping.

    Returns:
        Shape (N,).
    """
    middle = (regions[:, 1] + regions[:, 3]) / 2
    grow = buffer_m / np.array([ground_scale(y) for y in middle])[:, None]
    grown = regions + np.hstack([-grow, -grow, grow, grow])
    dropped = np.zeros(len(sides), bool)
    for nth in range(len(SIDES) - 2, -1, -1):
        giving = np.flatnonzero(sides == SIDES[nth])
        kept = np.isin(sides, SIDES[nth + 1 :]) & ~dropped
        dropped[giving] = overlaps_any(grown[giving], regions[kept])
    return dropped
