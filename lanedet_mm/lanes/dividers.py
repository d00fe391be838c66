"""Where a line is expected between lanes."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, Line

_STEP_M = 0.5
_LEAST_RUN_M = 4.0  # a shorter stretch side by side is two lanes that cross


def resample(line: Line, step: float) -> tuple[Line, Line]:
    """Points every `step` along a polyline and the unit directions there, both shape (N, 2)."""
    legs = np.diff(line, axis=0)
    length = np.hypot(*legs.T)
    starts, legs, length = line[:-1][length > 0], legs[length > 0], length[length > 0]
    if not len(legs):
        return np.empty((0, 2)), np.empty((0, 2))
    ends = np.concatenate([[0], np.cumsum(length)])
    at = np.arange(0, ends[-1], step)
    leg = np.clip(np.searchsorted(ends, at, side='right') - 1, 0, len(legs) - 1)
    unit = legs / length[:, None]
    return starts[leg] + unit[leg] * (at - ends[leg])[:, None], unit[leg]


def dividers(
    centrelines: LaneCentrelines,
    *,
    lane_width_m: tuple[float, float] = (2.4, 4.6),
    turn_m: float = 10.0,
) -> tuple[Line, ...]:
    """Polylines midway between neighbouring lanes of the same direction.

    Args:
        centrelines: The lanes.
        lane_width_m: Least and greatest distance of two centrelines that are neighbours.
        turn_m: Nothing is expected this close to a link over a junction.

    Returns:
        Polylines in the same pixels, each shape (N, 2).
    """
    px = 1 / centrelines.gsd_m
    sampled = [resample(line, _STEP_M * px) for line in centrelines.lanes]
    turns = [resample(line, _STEP_M * px)[0] for line in centrelines.turns]
    near_turn = cKDTree(np.concatenate(turns)) if turns else None
    found = []
    trees = [cKDTree(points) if len(points) else None for points, _ in sampled]
    near = _boxes_near([points for points, _ in sampled], lane_width_m[1] * px)
    for index, (points, heading) in enumerate(sampled):
        for other in index + 1 + np.flatnonzero(near[index, index + 1 :]):
            middle = _middle(points, heading, *sampled[other], trees[other], px, lane_width_m)
            if near_turn is not None:
                distance = near_turn.query(np.nan_to_num(middle))[0]
                middle[distance <= turn_m * px] = np.nan
            found += runs(middle, least=math.ceil(_LEAST_RUN_M / _STEP_M))
    return tuple(found)


def _boxes_near(lines: Sequence[Line], reach: float) -> NDArray[np.bool_]:
    """Which lines' boxes are within reach of each other, shape (N, N); none of a line of none."""
    nowhere = np.full((1, 2), np.nan)
    low = np.array([(line if len(line) else nowhere).min(0) for line in lines]).reshape(-1, 2)
    high = np.array([(line if len(line) else nowhere).max(0) for line in lines]).reshape(-1, 2)
    reached = (low[:, None] <= high[None] + reach).all(2)
    return np.asarray(reached & reached.T)


def _middle(
    points: Line,
    heading: Line,
    others: Line,
    other_heading: Line,
    tree: cKDTree,
    px: float,
    lane_width_m: tuple[float, float],
) -> Line:
    """Midway from each point to the other lane, NaN where that is no neighbour; shape (N, 2)."""
    distance, nearest = tree.query(points, distance_upper_bound=lane_width_m[1] * px)
    middle = np.full_like(points, np.nan)
    reached = np.flatnonzero(np.isfinite(distance))
    near = nearest[reached]
    gap = others[near] - points[reached]
    along = np.abs((gap * heading[reached]).sum(1))
    same_way = (heading[reached] * other_heading[near]).sum(1) >= math.cos(math.radians(10))
    apart = np.sqrt(np.maximum((gap**2).sum(1) - along**2, 0)) / px
    beside = along <= _STEP_M * px
    wide = (lane_width_m[0] <= apart) & (apart <= lane_width_m[1])
    keep = same_way & beside & wide
    middle[reached[keep]] = (points[reached] + others[near])[keep] / 2
    return middle


def runs(points: Line, *, least: int) -> list[Line]:
    """Stretches without NaN of at least so many points."""
    there = np.isfinite(points[:, 0])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    pairs = edges.reshape(-1, 2)
    return [points[first:last] for first, last in pairs if last - first >= least]
