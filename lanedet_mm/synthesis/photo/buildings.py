"""Buildings: where they stand, their walls and shadows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.lot_planner import free_cells, open_area_m2, place_lot
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.polyline import Points, rectangle
from lanedet_mm.synthesis.photo.roofs import draw_flat_roof, draw_pitched_roof, draw_storey
from lanedet_mm.synthesis.photo.scene import Scene, shaded

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
        draw_pitched_roof(scene, roof)
    else:
        draw_flat_roof(scene, roof, size_m, heading)
        if max(size_m) > 9 and rng.random() < 0.3:
            draw_storey(scene, roof, size_m, heading)
