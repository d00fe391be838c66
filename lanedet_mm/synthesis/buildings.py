"""Buildings: flat roofs with plant on them, pitched roofs, their walls and shadows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.lot_planner import free_cells, open_area_m2, place_lot
from lanedet_mm.synthesis.material import Material
from lanedet_mm.synthesis.polyline import Points, rectangle
from lanedet_mm.synthesis.scene import Scene, shaded

_MOST = 700


Plot = tuple[Points, float, tuple[float, float], float]


def plan_buildings(scene: Scene) -> list[Plot]:
    """Find room on the open ground: centre, heading, size and height of each building."""
    style, rng = scene.style, scene.rng
    share = style.building_share * float(rng.choice([0.15, 0.8, 1.3, 1.6]))
    low, high = style.building_side_m
    typical = ((low + high) / 2.6) ** 2
    tries = min(int(3.5 * share * open_area_m2(scene) / typical), _MOST)
    cells = np.concatenate(
        [free_cells(scene, tries // 2, street_m=16.0), free_cells(scene, tries - tries // 2)]
    )
    plots = (_plot(scene, cell) for cell in rng.permutation(cells))
    return [plot for plot in plots if plot is not None]


def draw_buildings(scene: Scene, plots: list[Plot]) -> None:
    """Build, and cast the shadows."""
    # The tall ones last: they hide what stands behind them.
    for centre, heading, size, height in sorted(plots, key=lambda plot: plot[3]):
        _building(scene, centre, heading, size, height)


def cast_tower(scene: Scene) -> None:
    """Shadow of a tall building that stands outside the picture, towards the sun."""
    rng = scene.rng
    size_m = np.array(scene.size_hw[::-1]) * scene.gsd_m
    length = float(np.hypot(*scene.sun.cast))
    toward = -scene.sun.cast / max(length, 1e-9)
    middle = rng.uniform(0, 1, 2) * size_m
    side = (float(rng.uniform(12, 40)), float(rng.uniform(12, 30)))
    away = float(size_m.max()) * 0.75 + side[0]
    foot = rectangle(
        (middle + toward * away) / scene.gsd_m, _in_pixels(side, scene), rng.uniform(0, 3)
    )
    reach = away + float(rng.uniform(-0.3, 0.4)) * float(size_m.max())
    scene.cast_shadow(foot, reach / max(length, 0.2))


def _in_pixels(size_m: tuple[float, float], scene: Scene) -> tuple[float, float]:
    return size_m[0] / scene.gsd_m, size_m[1] / scene.gsd_m


def _plot(scene: Scene, cell: NDArray[np.intp]) -> Plot | None:
    """Room for one building; a smaller one where it is tight."""
    rng = scene.rng
    low, high = scene.style.building_side_m
    base = low + (high - low) * float(rng.beta(1.3, 1.7))
    size = (base * float(rng.uniform(0.7, 1.5)), base * float(rng.uniform(0.6, 1.1)))
    foot, top = scene.style.building_height_m
    height = max(foot + (top - foot) * float(rng.beta(1.3, 3.0)), 2.5)
    gap = float(rng.uniform(0.2, 2.5))
    for shrink in (1.0, 0.75, 0.55, 0.4):
        tight = (size[0] * shrink, size[1] * shrink)
        place = place_lot(scene, cell, tight, gap_m=gap) if min(tight) > 4 else None
        if place is not None:
            return place[0], place[1], tight, height
    return None


def _building(
    scene: Scene, centre: Points, heading: float, size_m: tuple[float, float], height_m: float
) -> None:
    rng, style = scene.rng, scene.style
    size = _in_pixels(size_m, scene)
    foot = rectangle(centre, size, heading)
    scene.cast_shadow(foot, height_m)
    lift = scene.sun.lean * (height_m / scene.gsd_m)
    if not scene.sees(centre, max(size) + float(np.abs(lift).max())):
        return
    roof = foot + lift
    walls = cv2.convexHull(np.concatenate([foot, roof]).astype(np.float32)).reshape(-1, 2)
    wall_rgb = shaded(scene.pick(style.concrete_rgb), float(rng.uniform(0.45, 0.95)))
    scene.fill(walls.astype(np.float64), wall_rgb, Material.PAVING)
    small = min(size_m) < 17
    if small and rng.random() < style.pitched_share * 1.1:
        _pitched(scene, roof)
    else:
        _flat(scene, roof, size_m, heading)
        if max(size_m) > 9 and rng.random() < 0.3:
            _storey(scene, roof, size_m, heading)


def _flat(scene: Scene, roof: Points, size_m: tuple[float, float], heading: float) -> None:
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
    if rng.random() < 0.35:
        _seams(scene, inner, rgb)
    area = size_m[0] * size_m[1]
    for _ in range(min(rng.poisson(area / rng.uniform(40, 250)), 24)):
        _roof_unit(scene, inner, heading)


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


def _storey(scene: Scene, roof: Points, size_m: tuple[float, float], heading: float) -> None:
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


def _pitched(scene: Scene, roof: Points) -> None:
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
