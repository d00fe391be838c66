"""Pieces of lines near where lines cross or end."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces, Points

NEAR_M = 10.0
LEAST_ANGLE_DEG = 15.0  # lines that meet at less merge
GOES_ON_M = 1.0  # an end this near to another line's end, in one direction, is no end
_BORDER_M = 1.0  # what ends nearer to the tile's border may go on outside


def is_intersection(pieces: LinePieces) -> Flags:
    """Pieces whose middle is within `NEAR_M` of a crossing or an end of lines, shape (P,)."""
    places = np.concatenate([crossings(pieces.lines_m), _ends(pieces)])
    if not len(pieces) or not len(places):
        return np.zeros(len(pieces), bool)
    middle = np.stack([pieces.mean(axis) for axis in pieces.station_m.T], 1)
    away, _ = cKDTree(places).query(middle)
    return np.asarray(away <= NEAR_M)


def crossings(lines_m: Sequence[Points]) -> Points:
    """Where two lines cross at `LEAST_ANGLE_DEG` or more: (row, column), shape (N, 2)."""
    if not lines_m:
        return np.zeros((0, 2))
    start = np.concatenate([line[:-1] for line in lines_m])
    leg = np.concatenate([np.diff(line, axis=0) for line in lines_m])
    owner = np.repeat(np.arange(len(lines_m)), [len(line) - 1 for line in lines_m])
    found = [np.zeros((0, 2))]
    for index, (from_m, step) in enumerate(zip(start, leg, strict=True)):
        others = np.flatnonzero(owner > owner[index])
        cross = step[0] * leg[others, 1] - step[1] * leg[others, 0]
        sine = cross / np.maximum(np.hypot(*step) * np.hypot(*leg[others].T), 1e-9)
        steep = np.abs(sine) >= np.sin(np.radians(LEAST_ANGLE_DEG))
        others, cross = others[steep], cross[steep]
        gap = start[others] - from_m
        on_own = (gap[:, 0] * leg[others, 1] - gap[:, 1] * leg[others, 0]) / cross
        on_other = (gap[:, 0] * step[1] - gap[:, 1] * step[0]) / cross
        hit = (on_own >= 0) & (on_own <= 1) & (on_other >= 0) & (on_other <= 1)
        found.append(from_m + on_own[hit, None] * step)
    return np.concatenate(found)


def _ends(pieces: LinePieces) -> Points:
    """Ends of lines inside the tile that no other line takes up, shape (N, 2)."""
    ends, ways = [np.zeros((0, 2))], [np.zeros((0, 2))]
    for line in pieces.lines_m:
        outward = np.stack([line[0] - line[1], line[-1] - line[-2]])
        ends.append(line[[0, -1]])
        ways.append(outward / np.maximum(np.hypot(*outward.T), 1e-9)[:, None])
    end, way = np.concatenate(ends), np.concatenate(ways)
    limit = (np.array(pieces.size_hw) - 1) * pieces.gsd_m - _BORDER_M
    inside = ((end >= _BORDER_M) & (end <= limit)).all(1)
    near = np.hypot(*(end[:, None] - end[None]).transpose(2, 0, 1)) <= GOES_ON_M
    # Where one line goes on as another, the two point out of themselves in opposite directions.
    opposite = way @ way.T < -np.cos(np.radians(30))
    goes_on = (near & opposite & ~np.eye(len(end), dtype=bool)).any(1)
    return end[inside & ~goes_on]
