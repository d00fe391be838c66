"""Lines along the edge of the road that are no lane lines: rails, walls, joints, stall marks."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.polyline import Points, arc_lengths, headings_at, points_at
from lanedet_mm.synthesis.photo.scene import Scene, shaded

_SHORTEST_M = 8.0


def edge_contours(scene: Scene, distance_m: float) -> list[Points]:
    """Lines at a distance from the edge of the pavement, in tile pixels; negative is on it."""
    beyond = (scene.road.edge_m > distance_m).astype(np.uint8)
    found, _ = cv2.findContours(beyond, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    lines = []
    for contour in found:
        if len(contour) * scene.road.cell_m < _SHORTEST_M:
            continue
        # The outline of cells has steps: the mean over some of them has not.
        cells = cv2.blur(contour.astype(np.float32), (1, 9)).reshape(-1, 2)[4:-4:4]
        lines.append(scene.road.pixels(cells[:, 1].astype(np.float64), cells[:, 0]))
    return lines


def draw_edge_rails(scene: Scene) -> None:
    """Guard rails, railings and garden walls that run along the road."""
    rng = scene.rng
    for chance, near_m, far_m in ((0.15, 0.2, 1.0), (0.35, 2.5, 8.0)):
        if rng.random() > chance:
            continue
        grey = float(rng.choice([215, 180, 140, 80]))
        rgb = shaded((grey, grey * 0.98, grey * 0.94), 1.0)
        height = float(rng.uniform(0.6, 1.8)) / scene.gsd_m
        thick = max(round(float(rng.uniform(0.08, 0.3)) / scene.gsd_m), 1)
        for line in edge_contours(scene, float(rng.uniform(near_m, far_m))):
            for part in _parts(line, rng):
                scene.shade_line(part + scene.sun.cast * (height / 2), thick)
                scene.stroke(part, rgb, thick)


def _parts(line: Points, rng: np.random.Generator) -> list[Points]:
    """Stretches of a line, with gaps between them."""
    parts = []
    start = 0
    while start < len(line) - 2:
        count = int(rng.integers(6, 60))
        if rng.random() < 0.6:
            parts.append(line[start : start + count])
        start += count
    return [part for part in parts if len(part) > 1]


def mark_joints(scene: Scene, sidewalk_m: tuple[float, float]) -> None:
    """Joints of the sidewalk's slabs, square to the road."""
    first, last = sidewalk_m
    rng = scene.rng
    if last - first < 0.5 or rng.random() < 0.3:
        return
    pitch_m = float(rng.uniform(1.2, 4.0))
    level = int(128 - 70 * min(0.05 / scene.gsd_m, 0.6))
    for line in edge_contours(scene, (first + last) / 2):
        spots, across = _square_to(line, pitch_m / scene.gsd_m)
        side = across * (0.45 * (last - first) / scene.gsd_m)
        for start, end in zip(spots - side, spots + side, strict=True):
            scene.mark(np.stack([start, end]), level)


def draw_stall_marks(scene: Scene) -> None:
    """Marks between the parked cars at the kerb: short bars square to it."""
    rng = scene.rng
    if rng.random() > 0.2:
        return
    pitch_m = float(rng.uniform(5.5, 7.0))
    deep_m = float(rng.uniform(0.5, 2.2))
    level = int(rng.uniform(70, 220))
    for line in edge_contours(scene, -1.3):
        spots, across = _square_to(line, pitch_m / scene.gsd_m)
        side = across * (deep_m / 2 / scene.gsd_m)
        keep = rng.random(len(spots)) < 0.7
        scene.white.strips(
            (spots - side)[keep], (spots + side)[keep], width_px=0.1 / scene.gsd_m, level=level
        )


def _square_to(line: Points, pitch_px: float) -> tuple[Points, NDArray[np.float64]]:
    """Points at a pitch along a line, and unit vectors across it."""
    at = np.arange(pitch_px / 2, arc_lengths(line)[-1], pitch_px)
    if len(at) == 0:
        return np.zeros((0, 2)), np.zeros((0, 2))
    heading = headings_at(line, at)
    return points_at(line, at), np.stack([-np.sin(heading), np.cos(heading)], axis=1)
