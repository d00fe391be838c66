"""Small things on open ground: sheds, boxes, walls, fences, paths, pools."""

import numpy as np

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.photo.ground_cover import main_heading
from lanedet_mm.synthesis.photo.lot_planner import free_cells, open_area_m2
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.polyline import Points, rectangle
from lanedet_mm.synthesis.photo.scene import Scene, shaded

_POOL: Rgb = (96, 176, 186)
_MOST = 260


def draw_paths(scene: Scene) -> None:
    """Flat strips on open ground: driveways, footpaths, slabs, pools."""
    rng = scene.rng
    area = open_area_m2(scene)
    count = min(rng.poisson(area / rng.uniform(120, 900)), _MOST)
    for row, col in free_cells(scene, count, street_m=25.0):
        spot = scene.road.pixels(row, col)
        heading = float(scene.road.heading[row, col]) + (np.pi / 2 if rng.random() < 0.7 else 0)
        size = (float(rng.uniform(3, 16)), float(rng.uniform(1.0, 4.0)))
        _slab(scene, spot, size, heading)
    count = min(rng.poisson(area / rng.uniform(250, 2000)), _MOST)
    for row, col in free_cells(scene, count, street_m=9.0):
        _driveway(scene, int(row), int(col))


def _slab(scene: Scene, spot: Points, size_m: tuple[float, float], heading: float) -> None:
    rng = scene.rng
    kind, rgb = Material.PAVING, scene.pick(scene.style.concrete_rgb, 0.1)
    draw = rng.random()
    if draw < 0.3:
        kind, rgb = Material.LOT, scene.pick(scene.style.asphalt_rgb, 0.1)
    elif draw < 0.33:
        kind, rgb = Material.WATER, _POOL
        size_m = (float(rng.uniform(5, 10)), float(rng.uniform(3, 5)))
    size = (size_m[0] / scene.gsd_m, size_m[1] / scene.gsd_m)
    corners = rectangle(spot, size, heading)
    if np.any(scene.road.edge_m[scene.road.cells(corners)] < 0.3):
        return
    if kind == Material.WATER:
        rim = spot + (corners - spot) * 1.3
        scene.cover(rim, scene.pick(scene.style.concrete_rgb), Material.PAVING)
    scene.cover(corners, rgb, kind)


def _driveway(scene: Scene, row: int, col: int) -> None:
    """A strip from the edge of the pavement straight away from it, across the sidewalk."""
    edge, rng = scene.road.edge_m, scene.rng
    near = edge[max(row - 2, 0) : row + 3, max(col - 2, 0) : col + 3]
    if near.shape != (5, 5) or near.max() > 30:
        return
    away = np.array([float(near[2, 4] - near[2, 0]), float(near[4, 2] - near[0, 2])])
    away /= max(float(np.hypot(*away)), 1e-6)
    far = float(edge[row, col]) + float(rng.uniform(1, 8))
    foot = scene.road.pixels(np.array(row), np.array(col)) - away * edge[row, col] / scene.gsd_m
    size = (far / scene.gsd_m, float(rng.uniform(2.6, 7)) / scene.gsd_m)
    heading = float(np.arctan2(away[1], away[0]))
    corners = rectangle(foot + away * (size[0] / 2), size, heading)
    colours = scene.style.concrete_rgb if rng.random() < 0.6 else scene.style.asphalt_rgb
    scene.cover(corners, scene.pick(colours, 0.08), Material.PAVING)


def draw_clutter(scene: Scene) -> None:
    """Things that stand: each throws its shadow."""
    rng = scene.rng
    main = main_heading(scene)
    count = min(rng.poisson(open_area_m2(scene) / rng.uniform(40, 400)), _MOST)
    for row, col in free_cells(scene, count):
        spot = scene.road.pixels(row, col)
        heading = main if rng.random() < 0.7 else float(rng.uniform(0, np.pi))
        if rng.random() < 0.3:
            _wall(scene, spot, heading + float(rng.choice([0, np.pi / 2])))
        else:
            _box(scene, spot, heading)


def draw_poles(scene: Scene) -> None:
    """Street lights and their long thin shadows, and wires, over road and ground alike."""
    rng, road = scene.rng, scene.road
    verge = np.argwhere((road.edge_m[::3, ::3] > 0.3) & (road.edge_m[::3, ::3] < 2.0)) * 3
    area_ha = float(np.prod(scene.size_hw)) * scene.gsd_m**2 / 1e4
    count = rng.poisson(area_ha * rng.uniform(2, 25)) if len(verge) else 0
    thick = max(round(0.16 / scene.gsd_m), 1)
    if rng.random() < 0.3:
        _wires(scene)
    for row, col in verge[rng.integers(0, len(verge), count)] if count else ():
        foot = road.pixels(row, col)
        tall = float(rng.uniform(4, 11)) / scene.gsd_m
        arm_way = float(rng.uniform(0, 2 * np.pi))
        arm = np.array([np.cos(arm_way), np.sin(arm_way)]) * rng.uniform(0, 3) / scene.gsd_m
        shade = np.stack([foot, foot + scene.sun.cast * tall, foot + scene.sun.cast * tall + arm])
        scene.shade_line(shade, thick)
        top = foot + scene.sun.lean * tall
        grey = int(rng.choice([70, 120, 190]))
        scene.stroke(np.stack([foot, top, top + arm]), (grey, grey, grey), thick)


def _wires(scene: Scene) -> None:
    """Overhead lines: thin, dark, straight through the picture."""
    rng = scene.rng
    height, width = scene.size_hw
    heading = main_heading(scene) + float(rng.choice([0.0, 0.0, np.pi / 2])) + rng.normal(0, 0.05)
    way = np.array([np.cos(heading), np.sin(heading)])
    across = np.array([-way[1], way[0]])
    middle = rng.uniform(0, 1, 2) * (width, height)
    for offset in np.arange(rng.integers(1, 5)) * rng.uniform(0.4, 1.6) / scene.gsd_m:
        ends = middle + across * offset + np.outer([-2.0, 2.0], way) * max(height, width)
        scene.shade_line(ends, 1, int(rng.uniform(50, 130)))


def _box(scene: Scene, spot: Points, heading: float) -> None:
    rng = scene.rng
    side = np.clip(rng.gamma(1.5, 1.0, 2), 0.4, 6) / scene.gsd_m
    box = rectangle(spot, (float(side[0]), float(side[1])), heading)
    scene.cast_shadow(box, float(rng.uniform(0.4, 2.6)))
    grey = float(rng.choice([240, 190, 140, 90, 50]))
    tint = rng.normal(0, 10, 3)
    scene.fill(box, shaded((grey + tint[0], grey + tint[1], grey + tint[2]), 1.0), Material.ROOF)


def _wall(scene: Scene, spot: Points, heading: float) -> None:
    """A wall, fence or railing: a thin straight line that is no paint."""
    rng = scene.rng
    size = (float(rng.uniform(3, 22)) / scene.gsd_m, float(rng.uniform(0.1, 0.35)) / scene.gsd_m)
    wall = rectangle(spot, size, heading)
    along = wall[0] + np.linspace(0, 1, 12)[:, None] * (wall[1] - wall[0])
    if np.any(scene.occupied[scene.road.cells(along)]):
        return
    scene.cast_shadow(wall, float(rng.uniform(0.6, 2.0)))
    grey = float(rng.choice([225, 190, 150, 80]))
    rgb = shaded((grey, grey * 0.97, grey * 0.92), float(rng.normal(1, 0.05)))
    if size[1] > 1.5:
        scene.fill(wall, rgb, Material.KERB)
    else:
        scene.stroke(np.stack([wall[0], wall[1]]), rgb)
