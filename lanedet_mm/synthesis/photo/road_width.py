"""How far the pavement reaches beyond each painted line."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.synthesis.photo.guide_line import GuideLine, runs_within
from lanedet_mm.synthesis.photo.polyline import Points, arc_lengths, headings_at, points_at

_STEP_M = 5.0
_NEIGHBOUR_M = 5.5  # a wider gap is no lane


def with_pavement(
    guides: list[GuideLine], size_m: NDArray[np.float64], rng: np.random.Generator
) -> list[GuideLine]:
    """Split guides where they gain or lose a neighbour, and give each its pavement.

    A line with lines on both sides needs none of its own. A solid line with one neighbour is an
    edge line: a shoulder or a row of parked cars lies beyond. A dashed line never is an edge, nor
    is a line alone: a lane lies beyond.
    """
    runs = [(guide, run) for guide in guides for run in runs_within(guide.points, size_m, 24.0)]
    if not runs:
        return []
    lane_m = float(rng.uniform(3.0, 3.6))
    shoulder_m = float(rng.choice([0.35, 0.6, 1.0, 2.3], p=[0.35, 0.3, 0.15, 0.2]))
    kerb_side_m = float(rng.choice([0.3, 0.8, 2.4], p=[0.35, 0.3, 0.35]))
    sides = _neighbour_sides([run for _, run in runs])
    widened = []
    for (guide, run), side in zip(runs, sides, strict=True):
        solid = guide.lane is None or guide.lane.solid
        both = side[:, 0] & side[:, 1]
        one = side[:, 0] ^ side[:, 1]
        width = np.where(both, 0.5, np.where(one & solid, shoulder_m, lane_m + kerb_side_m))
        widened += _pieces(guide, run, width)
    return widened


def _stations(run: Points) -> NDArray[np.float64]:
    length = arc_lengths(run)[-1]
    return np.linspace(0, length, max(int(length / _STEP_M), 1) + 1)


def _neighbour_sides(runs: list[Points]) -> list[NDArray[np.bool_]]:
    """For each station of each run: is there another line to the left, to the right, (M, 2)."""
    stations = [_stations(run) for run in runs]
    points = np.concatenate([points_at(r, s) for r, s in zip(runs, stations, strict=True)])
    heading = np.concatenate([headings_at(r, s) for r, s in zip(runs, stations, strict=True)])
    owner = np.repeat(np.arange(len(runs)), [len(s) for s in stations])
    sides = np.zeros((len(points), 2), bool)
    pairs = cKDTree(points).query_pairs(_NEIGHBOUR_M + _STEP_M / 2, output_type='ndarray')
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    first, second = pairs[:, 0], pairs[:, 1]
    step = points[second] - points[first]
    cos, sin = np.cos(heading[first]), np.sin(heading[first])
    across = step[:, 1] * cos - step[:, 0] * sin
    parallel = np.abs(np.cos(heading[first] - heading[second])) > 0.9
    ok = (owner[first] != owner[second]) & parallel
    ok &= (np.abs(across) > 1.7) & (np.abs(across) < _NEIGHBOUR_M)
    sides[first[ok & (across < 0)], 0] = True
    sides[first[ok & (across > 0)], 1] = True
    return np.split(sides, np.cumsum([len(s) for s in stations])[:-1])


def _pieces(guide: GuideLine, run: Points, width: NDArray[np.float64]) -> list[GuideLine]:
    station = _stations(run)
    bounds = np.flatnonzero(np.diff(width) != 0) + 1
    starts = np.concatenate(([0], bounds))
    ends = np.concatenate((bounds, [len(width) - 1]))
    along = arc_lengths(run)
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        if end > start:
            inner = along[(along > station[start]) & (along < station[end])]
            cuts = np.concatenate(([station[start]], inner, [station[end]]))
            piece = points_at(run, cuts)
            pieces.append(replace(guide, points=piece, half_width_m=float(width[start])))
    return pieces
