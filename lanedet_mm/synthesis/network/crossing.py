"""Where two roads cross, and how far from there their paint stops."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve

Array = NDArray[np.float64]
_ROUNDING = 1e-9
_SHARPEST = np.sin(np.radians(20))


@dataclass(frozen=True)
class Crossing:
    """Two curves meet: the station on each, and the angle between them in [0, pi / 2]."""

    first_m: float
    second_m: float
    angle: float


def find_crossings(first: ReferenceCurve, second: ReferenceCurve) -> list[Crossing]:
    """All points where two curves cross."""
    (low_a, high_a), (low_b, high_b) = first.box_m, second.box_m
    if (low_a > high_b).any() or (low_b > high_a).any():
        return []
    return [crossing for _, _, crossing in find_all_crossings([first, second])]


def find_all_crossings(curves: Sequence[ReferenceCurve]) -> list[tuple[int, int, Crossing]]:
    """All points where two of many curves cross, with the indices of the two, ascending."""
    segments = [curve.coarse for curve in curves]
    owner = np.repeat(np.arange(len(curves)), [len(points) - 1 for _, points in segments])
    start = np.concatenate([points[:-1] for _, points in segments])
    leg = np.concatenate([np.diff(points, axis=0) for _, points in segments])
    at = np.concatenate([stations[:-1] for stations, _ in segments])
    step = np.concatenate([np.diff(stations) for stations, _ in segments])
    # The middles of two segments that cross are no further apart than a whole one is long.
    reach = float(np.hypot(*leg.T).max()) * 1.001
    a, b = cKDTree(start + leg / 2).query_pairs(reach, output_type='ndarray').T
    a, b = a[owner[a] != owner[b]], b[owner[a] != owner[b]]
    gap, det = start[b] - start[a], _cross(leg[a], leg[b])
    with np.errstate(divide='ignore', invalid='ignore'):
        share_a, share_b = _cross(gap, leg[b]) / det, _cross(gap, leg[a]) / det
    # Half-open, and shifted: a crossing at a vertex is in one segment, whatever the rounding.
    hits = _within(share_a) & _within(share_b)
    at_a, at_b = (at[a] + share_a * step[a])[hits], (at[b] + share_b * step[b])[hits]
    found = zip(owner[a[hits]].tolist(), owner[b[hits]].tolist(), at_a, at_b, strict=True)
    return [
        (first, second, _crossing(curves[first], curves[second], float(one), float(other)))
        for first, second, one, other in sorted(found)
    ]


def _crossing(
    first: ReferenceCurve, second: ReferenceCurve, first_m: float, second_m: float
) -> Crossing:
    turn = float(first.heading(first_m) - second.heading(second_m))
    return Crossing(first_m, second_m, float(np.arcsin(min(abs(np.sin(turn)), 1.0))))


def overlap_m(own_half_m: float, other_half_m: float, angle: float) -> float:
    """How far along a road, from the crossing of two axes, the other road's surface reaches.

    Args:
        own_half_m: Half of the width of the road that is measured along.
        other_half_m: Half of the width of the road that crosses it.
        angle: Between the two, in (0, pi / 2]; flatter than 20 degrees counts as 20.
    """
    sine = max(float(np.sin(angle)), float(_SHARPEST))
    return (other_half_m + own_half_m * float(np.sqrt(1 - sine * sine))) / sine


def _within(share: Array) -> NDArray[np.bool_]:
    return (share >= -_ROUNDING) & (share < 1 - _ROUNDING)


def _cross(one: Array, other: Array) -> Array:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])
