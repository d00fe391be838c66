"""Where two roads cross, and how far from there their paint stops."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.reference_curve import ReferenceCurve

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
    (station_a, points_a), (station_b, points_b) = first.coarse, second.coarse
    leg_a, leg_b = np.diff(points_a, axis=0)[:, None], np.diff(points_b, axis=0)[None]
    gap = points_b[None, :-1] - points_a[:-1, None]
    det = _cross(leg_a, leg_b)
    with np.errstate(divide='ignore', invalid='ignore'):
        share_a, share_b = _cross(gap, leg_b) / det, _cross(gap, leg_a) / det
    # Half-open, and shifted: a crossing at a vertex is in one segment, whatever the rounding.
    hits = np.argwhere(_within(share_a) & _within(share_b))
    found = []
    for a, b in hits:
        at_a = station_a[a] + share_a[a, b] * (station_a[a + 1] - station_a[a])
        at_b = station_b[b] + share_b[a, b] * (station_b[b + 1] - station_b[b])
        turn = float(first.heading(at_a) - second.heading(at_b))
        angle = float(np.arcsin(min(abs(np.sin(turn)), 1.0)))
        found.append(Crossing(float(at_a), float(at_b), angle))
    return found


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
