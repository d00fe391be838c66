"""Paint that is no lane line: stop lines, crosswalks, arrows, words, hatching."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.guide_line import GuideLine
from lanedet_mm.synthesis.photo.junction_fill import line_ends
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.polyline import Points, arc_lengths, headings_at, points_at
from lanedet_mm.synthesis.photo.road_damage import road_spots
from lanedet_mm.synthesis.photo.scene import Scene

# Outlines in metres, (along, across) with the driving direction along.
_STRAIGHT = np.array(
    [[0, -0.08], [2.6, -0.08], [2.6, -0.35], [4.2, 0], [2.6, 0.35], [2.6, 0.08], [0, 0.08]]
)
_TURN = np.array(
    [
        [0, -0.08],
        [2.2, -0.08],
        [2.9, 0.5],
        [3.3, 0.3],
        [3.0, 1.3],
        [2.1, 0.95],
        [2.5, 0.75],
        [2.0, 0.12],
        [0, 0.08],
    ]
)


def draw_unlabelled(scene: Scene, guides: list[GuideLine]) -> None:
    """Paint the distractors of one tile."""
    painted = [guide for guide in guides if guide.lane is not None]
    if not painted:
        return
    rng = scene.rng
    level = int(rng.uniform(110, 250))
    if rng.random() < 0.7:
        _at_line_ends(scene, painted, level)
    _along_lanes(scene, painted, level)
    if rng.random() < 0.2:
        _hatching(scene, level)


def _pavement_span(scene: Scene, middle: Points, across: Points) -> tuple[float, float]:
    """How far the pavement reaches from a point along a direction and against it, in metres."""
    reach = np.arange(0.0, 14.0, 0.4)
    spans = []
    for side in (1.0, -1.0):
        points = (middle + side * reach[:, None] * across) / scene.gsd_m
        outside = np.flatnonzero(scene.road.edge_m[scene.road.cells(points)] > -0.4)
        spans.append(float(reach[outside[0]]) if len(outside) else float(reach[-1]))
    return spans[0], spans[1]


def _at_line_ends(scene: Scene, painted: list[GuideLine], level: int) -> None:
    rng = scene.rng
    ends, ways = line_ends(painted)
    size_m = np.array(scene.size_hw[::-1]) * scene.gsd_m
    inside = np.flatnonzero(np.all((ends > -5) & (ends < size_m + 5), axis=1))
    done: list[Points] = []
    continental = bool(rng.random() < 0.55)
    for index in rng.permutation(inside)[:40]:
        middle, way = ends[index], ways[index]
        if any(np.hypot(*(middle - other)) < 12 for other in done):
            continue
        done.append(middle)
        across = np.array([-way[1], way[0]])
        left, right = _pavement_span(scene, middle + way * 2, across)
        if not 3 < left + right < 24:
            continue
        draw = rng.random()
        layer = scene.white
        if draw < 0.75:
            gap, width = float(rng.uniform(0.3, 1.5)), float(rng.uniform(0.3, 0.6))
            sides = (left, -0.2) if rng.random() < 0.5 else (left, right)
            _bar(scene, layer, middle + way * gap, across, sides, width, level)
        if draw > 0.25:
            start = middle + way * float(rng.uniform(2.2, 4.0))
            _crosswalk(scene, start, way, (left, right), level, continental=continental)


def _bar(
    scene: Scene,
    layer: PaintLayer,
    middle: Points,
    across: Points,
    sides: tuple[float, float],
    width_m: float,
    level: int,
) -> None:
    ends = np.stack([middle + across * sides[0], middle - across * sides[1]]) / scene.gsd_m
    layer.polyline(ends, width_px=width_m / scene.gsd_m, level=level)


def _crosswalk(
    scene: Scene,
    start: Points,
    way: Points,
    sides: tuple[float, float],
    level: int,
    *,
    continental: bool,
) -> None:
    rng = scene.rng
    across = np.array([-way[1], way[0]])
    depth = float(rng.uniform(2.0, 4.0))
    if not continental:
        width = float(rng.uniform(0.12, 0.35))
        for along in (0.0, depth):
            _bar(scene, scene.white, start + way * along, across, sides, width, level)
        return
    pitch = float(rng.uniform(0.9, 1.3))
    at = np.arange(-sides[1] + 0.3, sides[0], pitch)[:, None]
    first = (start + at * across) / scene.gsd_m
    second = (start + way * depth + at * across) / scene.gsd_m
    width_px = pitch * float(rng.uniform(0.4, 0.55)) / scene.gsd_m
    scene.white.strips(first, second, width_px=width_px, level=level)
    if rng.random() < 0.3:
        for along in (0.0, depth):
            _bar(scene, scene.white, start + way * along, across, sides, 0.2, level)


def _along_lanes(scene: Scene, painted: list[GuideLine], level: int) -> None:
    """Arrows and words in the middle of lanes, more of them near the ends of lines."""
    rng = scene.rng
    chance = float(rng.choice([0.0, 0.15, 0.5]))
    for guide in painted:
        if rng.random() > chance:
            continue
        length = float(arc_lengths(guide.points)[-1])
        backwards = bool(rng.random() < 0.5)
        first = float(rng.uniform(4, 14))
        for back in np.arange(first, min(first + 45, length - 6), rng.uniform(14, 25)):
            at = np.array([back if backwards else length - back])
            spot = points_at(guide.points, at)[0]
            heading = float(headings_at(guide.points, at)[0]) + (np.pi if backwards else 0)
            side = -1.0 if scene.style.drives_on_left else 1.0
            offset = side * float(rng.uniform(1.6, 1.8))
            spot = spot + offset * np.array([-np.sin(heading), np.cos(heading)])
            if rng.random() < 0.8:
                _arrow(scene, spot, heading, level)
            else:
                _word(scene, spot, heading, level)


def _arrow(scene: Scene, spot: Points, heading: float, level: int) -> None:
    rng = scene.rng
    shape = _STRAIGHT if rng.random() < 0.5 else _TURN * np.array([1, rng.choice([-1, 1])])
    scene.white.polygon(_placed(scene, shape, spot, heading), level=level)


def _word(scene: Scene, spot: Points, heading: float, level: int) -> None:
    """Something like tall letters: a few strokes along and across."""
    rng = scene.rng
    for letter in np.arange(-1.0, 1.0, 0.55):
        for _ in range(rng.integers(2, 4)):
            stem = letter + rng.uniform(0, 0.3)
            if rng.random() < 0.6:
                stroke = np.array([[0, stem], [2.2, stem]])
            else:
                stroke = np.array([[rng.uniform(0, 2.2)] * 2, [letter, letter + 0.4]]).T
            points = _placed(scene, stroke, spot, heading)
            scene.white.polyline(points, width_px=0.12 / scene.gsd_m, level=level)


def _hatching(scene: Scene, level: int) -> None:
    """A field of slanted bars somewhere on the pavement."""
    rng = scene.rng
    spots: NDArray[np.float64] = road_spots(scene, 2.0)[:2]
    for col, row, heading in spots:
        long, wide = float(rng.uniform(6, 18)), float(rng.uniform(1.2, 2.6))
        at = np.arange(0, long, rng.uniform(1.2, 2.5))
        layer = scene.yellow if rng.random() < scene.style.yellow_centre_share else scene.white
        shape = np.stack(
            [np.stack([at, at * 0 - wide / 2]), np.stack([at + wide, at * 0 + wide / 2])]
        )
        first = _placed(scene, shape[0].T, np.array([col, row]) * scene.gsd_m, float(heading))
        second = _placed(scene, shape[1].T, np.array([col, row]) * scene.gsd_m, float(heading))
        layer.strips(first, second, width_px=0.25 / scene.gsd_m, level=level)


def _placed(scene: Scene, shape: Points, spot: Points, heading: float) -> Points:
    cos, sin = np.cos(heading), np.sin(heading)
    turned = shape @ np.array([[cos, sin], [-sin, cos]])
    return np.asarray((turned + spot) / scene.gsd_m, np.float64)
