"""Age of the pavement: patches, sealed and open cracks, slab joints, manholes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.noise_texture import noise
from lanedet_mm.synthesis.photo.polyline import (
    Points,
    arc_lengths,
    headings_at,
    points_at,
    rectangle,
)
from lanedet_mm.synthesis.photo.scene import Scene


def draw_damage(scene: Scene) -> None:
    """Draw the stains of the pavement; nothing outside it."""
    spots = road_spots(scene, 1.0)
    if len(spots) == 0:
        return
    rng = scene.rng
    area = float(np.count_nonzero(scene.road.edge_m < 0)) * scene.road.cell_m**2
    _patches(scene, spots, rng.poisson(area / rng.uniform(200, 1200)))
    if rng.random() < scene.style.crack_seal_share:
        level = int(rng.uniform(58, 92))
        _cracks(scene, spots, rng.poisson(area / rng.uniform(30, 160)), level)
    else:
        _cracks(scene, spots, rng.poisson(area / rng.uniform(120, 500)), int(rng.uniform(95, 115)))
    if rng.random() < 0.3:
        _crazing(scene)
    _seams(scene)
    _joints(scene)
    for spot in _some(spots, rng.poisson(area / 500), rng):
        level = int(rng.choice([70, 90, 150]))
        radius = max(float(rng.uniform(0.3, 0.45)) / scene.gsd_m, 0.6)
        scene.stain_patch(_disc(spot[:2], radius), level)
    off_road = np.asarray(scene.road.over_tile(scene.road.edge_m)) > 0
    scene.stain[off_road] = 128


def road_spots(scene: Scene, inside_m: float) -> NDArray[np.float64]:
    """Random places on the pavement: (column, row, heading), shape (N, 3)."""
    rows, cols = np.nonzero(scene.road.edge_m[::3, ::3] < -inside_m)
    if len(rows) == 0:
        return np.zeros((0, 3))
    chosen = scene.rng.integers(0, len(rows), min(len(rows), 800))
    rows, cols = rows[chosen] * 3, cols[chosen] * 3
    heading = scene.road.heading[rows, cols]
    return np.column_stack([scene.road.pixels(rows, cols), heading])


def _some(spots: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return spots[rng.integers(0, len(spots), min(count, 400))]


def _disc(centre: Points, radius: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    return centre + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def _patches(scene: Scene, spots: NDArray[np.float64], count: int) -> None:
    rng = scene.rng
    for spot in _some(spots, count, rng):
        size = (float(rng.gamma(2, 2.5)) + 0.8, float(rng.uniform(0.6, 3.5)))
        if rng.random() < 0.3:
            size = (float(rng.uniform(0.5, 1.2)), float(rng.uniform(3, 12)))
        level = int(128 * rng.choice([rng.uniform(0.72, 0.95), rng.uniform(1.03, 1.16)]))
        pixels = (size[0] / scene.gsd_m, size[1] / scene.gsd_m)
        scene.stain_patch(rectangle(spot[:2], pixels, float(spot[2])), level)


def _cracks(scene: Scene, spots: NDArray[np.float64], count: int, level: int) -> None:
    rng = scene.rng
    for spot in _some(spots, count, rng):
        across = rng.random() < 0.6
        length = float(rng.uniform(2, 9) if across else rng.uniform(4, 25)) / scene.gsd_m
        heading = spot[2] + (np.pi / 2 if across else 0) + rng.normal(0, 0.1)
        steps = np.linspace(-0.5, 0.5, 14) * length
        wander = np.cumsum(rng.normal(0, 0.12 / scene.gsd_m, 14))
        cos, sin = np.cos(heading), np.sin(heading)
        line = spot[:2] + np.stack([steps * cos - wander * sin, steps * sin + wander * cos], axis=1)
        # A sealed crack is about 6 cm wide: at coarse pixels only its share of them is dark.
        share = min(0.08 / scene.gsd_m, 1.0)
        scene.mark(line, int(128 - (128 - level) * share), 2 if scene.gsd_m < 0.06 else 1)


def _seams(scene: Scene) -> None:
    """Long lines along the lanes that are no paint: paving joints, sealed or bleached."""
    rng, guides = scene.rng, scene.road.guides
    if rng.random() < 0.4:
        return
    for index in rng.integers(0, len(guides), rng.integers(1, 6)):
        line = guides[index].points
        length = arc_lengths(line)[-1]
        at = np.arange(rng.uniform(0, length / 2), length, 2.5)
        if len(at) < 3:
            continue
        heading = headings_at(line, at)
        side = np.stack([-np.sin(heading), np.cos(heading)], axis=1)
        seam = points_at(line, at) + side * (
            rng.uniform(-3.2, 3.2) + rng.normal(0, 0.04, (len(at), 1))
        )
        share = min(0.12 / scene.gsd_m, 1.0)
        tone = float(rng.choice([0.6, 0.75, 0.85, 1.1]))
        scene.mark(seam / scene.gsd_m, int(128 * (1 + (tone - 1) * share)))


def _crazing(scene: Scene) -> None:
    """A net of fine cracks: where a smooth noise passes through zero."""
    field = noise(scene.size_hw, float(scene.rng.uniform(1.5, 5)) / scene.gsd_m, scene.rng)
    field += 0.15 * noise(scene.size_hw, 0.4 / scene.gsd_m, scene.rng)
    share = min(0.06 / scene.gsd_m, 1.0)
    crazed = np.abs(field) < 0.05
    old = np.isin(scene.material, (Material.ASPHALT, Material.CONCRETE))
    scene.stain[crazed & old] = int(128 * (1 - 0.3 * share))


def _joints(scene: Scene) -> None:
    """Joints of concrete slabs, square to the lanes and along them."""
    if not np.any(scene.material[::8, ::8] == Material.CONCRETE):
        return
    rng = scene.rng
    slab_m = float(rng.uniform(4, 6.5))
    level = int(128 - (128 - rng.uniform(70, 110)) * min(0.06 / scene.gsd_m, 1.0))
    for guide in scene.road.guides:
        length = arc_lengths(guide.points)[-1]
        at = np.arange(rng.uniform(0, slab_m), length, slab_m)
        if len(at) == 0:
            continue
        heading = headings_at(guide.points, at)
        side = np.stack([-np.sin(heading), np.cos(heading)], axis=1) * 1.85
        middle = points_at(guide.points, at)
        for start, end in zip(middle - side, middle + side, strict=True):
            scene.mark(np.stack([start, end]) / scene.gsd_m, level)
        scene.mark(guide.points / scene.gsd_m, level)


def stain_factor(scene: Scene) -> NDArray[np.float32]:
    """Stains as a factor on brightness, shape (H, W)."""
    table = (np.arange(256, dtype=np.float32) / 128).astype(np.float32)
    return np.asarray(cv2.LUT(scene.stain, table), np.float32)
