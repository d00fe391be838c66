"""Roofs from above: flat ones with what stands on them, pitched ones lit by the sun."""

import cv2
import numpy as np

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.polyline import Points, rectangle
from lanedet_mm.synthesis.photo.scene import Scene, shaded


def draw_flat_roof(scene: Scene, roof: Points, size_m: tuple[float, float], heading: float) -> None:
    """A flat roof: parapet and its shade, patches, seams, plant.

    Args:
        scene: The tile.
        roof: Corners in tile pixels, the first side along the heading, shape (4, 2).
        size_m: Sides along and across the heading.
        heading: Direction of the first side in radians.
    """
    rng = scene.rng
    rgb = scene.pick(scene.style.flat_roof_rgb, 0.1)
    parapet = shaded(rgb, float(rng.uniform(0.75, 1.3)))
    scene.fill(roof, parapet, Material.ROOF)
    centre = roof.mean(axis=0)
    rim = 0.35 / scene.gsd_m
    inner = centre + (roof - centre) * (1 - 2 * rim / np.maximum(np.ptp(roof, axis=0).max(), 1))
    scene.fill(inner, rgb, Material.ROOF)
    # A parapet stands on the sunny side and shades the roof behind it.
    shade = scene.sun.cast * (float(rng.uniform(0.2, 1.0)) / scene.gsd_m)
    for start, end in zip(inner, np.roll(inner, -1, axis=0), strict=True):
        step = end - start
        if step[0] * shade[1] - step[1] * shade[0] > 0:
            strip = np.stack([start, end, end + shade, start + shade])
            scene.detail(strip, shaded(rgb, 0.45))
    area = size_m[0] * size_m[1]
    for _ in range(min(rng.poisson(area / 150), 6)):
        _roof_patch(scene, inner, shaded(rgb, float(rng.normal(1, 0.12))))
    if rng.random() < 0.35:
        _seams(scene, inner, rgb)
    if area > 100 and rng.random() < 0.12:
        _panels(scene, inner)
    for _ in range(min(rng.poisson(area / rng.uniform(40, 250)), 24)):
        _roof_unit(scene, inner, heading)


def _part_of(roof: Points, low: tuple[float, float], high: tuple[float, float]) -> Points:
    """A rectangle on a roof, from shares of its sides."""
    along, across = roof[1] - roof[0], roof[3] - roof[0]
    shares = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    return np.asarray(roof[0] + shares[:, :1] * along + shares[:, 1:] * across, np.float64)


def _roof_patch(scene: Scene, roof: Points, rgb: Rgb) -> None:
    low, size = scene.rng.uniform(0, 0.8, 2), scene.rng.uniform(0.1, 0.6, 2)
    high = np.minimum(low + size, 1)
    corners = _part_of(roof, (low[0], low[1]), (high[0], high[1]))
    scene.detail(corners, rgb)


def _panels(scene: Scene, roof: Points) -> None:
    """Rows of solar panels."""
    rows = int(scene.rng.integers(2, 7))
    left, right = float(scene.rng.uniform(0.05, 0.4)), float(scene.rng.uniform(0.6, 0.95))
    for row in range(rows):
        low = 0.1 + 0.8 * row / rows
        panel = _part_of(roof, (left, low), (right, low + 0.5 / rows))
        scene.detail(panel, (34, 42, 66))


def _seams(scene: Scene, roof: Points, rgb: Rgb) -> None:
    count = int(scene.rng.integers(3, 14))
    tone = shaded(rgb, float(scene.rng.choice([0.85, 1.1])))
    for share in (np.arange(count) + 0.5) / count:
        ends = np.stack(
            [
                roof[0] + (roof[1] - roof[0]) * share,
                roof[3] + (roof[2] - roof[3]) * share,
            ]
        )
        scene.stroke(ends, tone)


def _roof_unit(scene: Scene, roof: Points, heading: float) -> None:
    rng = scene.rng
    share = rng.uniform(0.08, 0.92, 2)
    spot = roof[0] + (roof[1] - roof[0]) * share[0] + (roof[3] - roof[0]) * share[1]
    side = rng.uniform(0.5, 2.6, 2) / scene.gsd_m
    box = rectangle(spot, (float(side[0]), float(side[1])), heading)
    height = float(rng.uniform(0.5, 1.6))
    shade = scene.sun.cast * (height / scene.gsd_m)
    hull = cv2.convexHull(np.concatenate([box, box + shade]).astype(np.float32)).reshape(-1, 2)
    scene.detail(hull.astype(np.float64), (34, 36, 42))
    grey = int(rng.choice([235, 200, 160, 110, 60]))
    scene.detail(box, (grey, grey, min(grey + 3, 255)))


def draw_storey(scene: Scene, roof: Points, size_m: tuple[float, float], heading: float) -> None:
    """A second, smaller block on the roof."""
    rng = scene.rng
    share = rng.uniform(0.3, 0.7, 2)
    spot = roof[0] + (roof[1] - roof[0]) * share[0] + (roof[3] - roof[0]) * share[1]
    part = rng.uniform(0.25, 0.5, 2)
    size = (size_m[0] * part[0] / scene.gsd_m, size_m[1] * part[1] / scene.gsd_m)
    box = rectangle(spot, size, heading)
    shade = scene.sun.cast * (float(rng.uniform(2, 5)) / scene.gsd_m)
    hull = cv2.convexHull(np.concatenate([box, box + shade]).astype(np.float32)).reshape(-1, 2)
    scene.detail(hull.astype(np.float64), (38, 40, 46))
    scene.fill(box, scene.pick(scene.style.flat_roof_rgb, 0.1), Material.ROOF)


def draw_pitched_roof(scene: Scene, roof: Points) -> None:
    """A gable or hip roof: planes lit by how they face the sun."""
    rng = scene.rng
    rgb = scene.pick(scene.style.pitched_roof_rgb, 0.08)
    first, second, third, fourth = roof
    if np.hypot(*(second - first)) < np.hypot(*(third - second)):
        first, second, third, fourth = second, third, fourth, first
    inset = float(rng.choice([0.0, 0.5])) * np.hypot(*(third - second))
    along = (second - first) / max(float(np.hypot(*(second - first))), 1e-6)
    ridge = (first + fourth) / 2 + along * inset, (second + third) / 2 - along * inset
    planes = [
        np.stack([first, second, ridge[1], ridge[0]]),
        np.stack([third, fourth, ridge[0], ridge[1]]),
    ]
    if inset:
        planes += [np.stack([second, third, ridge[1]]), np.stack([fourth, first, ridge[0]])]
    toward = -scene.sun.cast / max(float(np.hypot(*scene.sun.cast)), 1e-6)
    middle = roof.mean(axis=0)
    strength = scene.sun.depth * float(rng.uniform(0.25, 0.5))
    for plane in planes:
        away = (plane[0] + plane[1]) / 2 - middle
        away = away / max(float(np.hypot(*away)), 1e-6)
        light = 1 + strength * float(away @ toward) - 0.1 * strength
        scene.fill(plane, shaded(rgb, light), Material.TILES)
    scene.stroke(np.stack(ridge), shaded(rgb, 1.12))
