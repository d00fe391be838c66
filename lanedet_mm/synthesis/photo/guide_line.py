"""Lines that the road follows, painted or not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import Lane
from lanedet_mm.synthesis.photo.polyline import Points, clipped, without_repeats


@dataclass(frozen=True, eq=False)
class GuideLine:
    """One line along a road.

    Attributes:
        points: Polyline in ground metres from the centre of the tile's first pixel, (N, 2).
        lane: The painted line that it is, None for a line that nobody painted.
        half_width_m: Pavement on either side of the line.
    """

    points: Points
    lane: Lane | None
    half_width_m: float = 0.5


def painted_guides(lanes: tuple[Lane, ...], gsd_m: float) -> list[GuideLine]:
    """Guides of the lanes that have a length; the others leave no paint."""
    guides = []
    for lane in lanes:
        points = without_repeats(np.asarray(lane.vertices, np.float64)) * gsd_m
        if len(points) > 1 and np.all(np.isfinite(points)):
            guides.append(GuideLine(points, lane))
    return guides


def runs_within(points: Points, size_m: NDArray[np.float64], margin_m: float) -> list[Points]:
    """The parts of a polyline near the tile."""
    low = np.full(2, -margin_m)
    return clipped(points, low, size_m + margin_m)
