"""Pavement where the paint pauses: across junctions, and side streets that nobody painted."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.guide_line import GuideLine
from lanedet_mm.synthesis.photo.polyline import Points, arc_lengths, headings_at, points_at

_ACROSS_M = 45.0  # the widest junction that a line is taken across
_FACING = 0.95  # cosine: how straight two line ends must face each other


def line_ends(guides: list[GuideLine]) -> tuple[Points, Points]:
    """Ends of lines and the directions in which they would go on, (2N, 2) each."""
    points = [guide.points for guide in guides]
    ends = np.array([end for line in points for end in (line[0], line[-1])]).reshape(-1, 2)
    ways = np.array([w for line in points for w in (line[0] - line[1], line[-1] - line[-2])])
    ways = ways.reshape(-1, 2)
    return ends, ways / np.maximum(np.hypot(ways[:, 0], ways[:, 1]), 1e-9)[:, None]


def junction_guides(guides: list[GuideLine], size_m: NDArray[np.float64]) -> list[GuideLine]:
    """Unpainted lines from each line end to the one that it faces."""
    ends, ways = line_ends(guides)
    near = np.flatnonzero(np.all((ends > -20) & (ends < size_m + 20), axis=1))
    if len(near) == 0:
        return []
    ends, ways = ends[near], ways[near]
    step = ends[None] - ends[:, None]  # (from, to, 2)
    distance = np.hypot(step[..., 0], step[..., 1])
    unit = step / np.maximum(distance, 1e-9)[..., None]
    leaves = (unit * ways[:, None]).sum(-1)
    arrives = -(unit * ways[None]).sum(-1)
    fits = (leaves > _FACING) & (arrives > _FACING) & (distance > 2) & (distance < _ACROSS_M)
    distance = np.where(fits, distance, np.inf)
    joined = []
    for start, end in enumerate(np.argmin(distance, axis=1)):
        if np.isfinite(distance[start, end]) and start < end:
            joined.append(GuideLine(np.stack([ends[start], ends[end]]), None, 3.3))
        elif not np.isfinite(distance[start, end]):
            out = ends[start] + ways[start] * 7.0
            joined.append(GuideLine(np.stack([ends[start], out]), None, 1.8))
    return joined


def side_streets(
    guides: list[GuideLine], size_m: NDArray[np.float64], rng: np.random.Generator
) -> list[GuideLine]:
    """Streets without paint that leave the painted ones, or cross a tile that has none."""
    if not guides:
        return _lone_streets(size_m, rng)
    streets = []
    area_ha = float(size_m[0] * size_m[1]) / 1e4
    for _ in range(rng.poisson(0.5 + 0.9 * area_ha)):
        line = guides[rng.integers(len(guides))].points
        at = np.array([rng.uniform(0, arc_lengths(line)[-1])])
        start, heading = points_at(line, at)[0], headings_at(line, at)[0]
        if not np.all((start > -15) & (start < size_m + 15)):
            continue
        turn = rng.choice([-1, 1]) * (np.pi / 2 + rng.normal(0, 0.12))
        streets.append(_street(start, heading + turn, float(rng.uniform(25, 160)), rng))
    return streets


def _lone_streets(size_m: NDArray[np.float64], rng: np.random.Generator) -> list[GuideLine]:
    heading = rng.uniform(0, 2 * np.pi)
    streets = []
    for _ in range(rng.integers(0, 3)):
        middle = rng.uniform(0.2, 0.8, 2) * size_m
        length = float(2 * np.hypot(*size_m))
        start = middle - np.array([np.cos(heading), np.sin(heading)]) * length / 2
        streets.append(_street(start, heading, length, rng))
        heading += np.pi / 2
    return streets


def _street(start: Points, heading: float, length_m: float, rng: np.random.Generator) -> GuideLine:
    steps = np.linspace(0, 1, 6)
    bend = rng.normal(0, 0.03) * length_m * steps**2
    cos, sin = np.cos(heading), np.sin(heading)
    along = steps * length_m
    line = start + np.stack([along * cos - bend * sin, along * sin + bend * cos], axis=1)
    return GuideLine(line, None, float(rng.choice([2.0, 2.8, 3.6, 4.8])))
