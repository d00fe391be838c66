"""Car parks: white stall lines off the road, which are no lane lines, and cars in the stalls."""

import numpy as np

from lanedet_mm.synthesis.photo.lot_planner import free_cells, open_area_m2, place_lot
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.polyline import Points, rectangle
from lanedet_mm.synthesis.photo.scene import Scene

_STALL_M = 5.0
_AISLE_M = 6.2

Stalls = list[tuple[Points, float]]


def draw_car_parks(scene: Scene) -> Stalls:
    """Lay out car parks; the cars come later, on top of the paint.

    Returns:
        Places of the cars: centre in tile pixels and heading.
    """
    rng = scene.rng
    area = open_area_m2(scene)
    wanted = area * scene.style.parking_lot_share * float(rng.choice([0.0, 0.7, 1.5, 2.5]))
    cars: Stalls = []
    for cell in free_cells(scene, int(area / 50)):
        if wanted <= 0:
            break
        modules = int(rng.integers(1, 4))
        single = modules == 1 and rng.random() < 0.4
        depth = _STALL_M + _AISLE_M if single else modules * (2 * _STALL_M + _AISLE_M)
        size = (float(rng.uniform(14, 60)), depth + 1)
        place = place_lot(scene, cell, size, gap_m=0.5)
        if place is not None:
            wanted -= size[0] * size[1]
            cars += _car_park(scene, place[0], place[1], size, modules)
    return cars


def _car_park(
    scene: Scene, centre: Points, heading: float, size_m: tuple[float, float], modules: int
) -> Stalls:
    rng = scene.rng
    size = (size_m[0] / scene.gsd_m, size_m[1] / scene.gsd_m)
    if not scene.sees(centre, max(size)):
        return []
    concrete = rng.random() < 0.2
    style = scene.style
    rgb = scene.pick(style.concrete_rgb if concrete else style.asphalt_rgb, 0.12)
    corners = rectangle(centre, size, heading)
    scene.cover(corners, rgb, Material.LOT)
    if rng.random() < 0.5:
        scene.stroke(np.concatenate([corners, corners[:1]]), scene.pick(style.concrete_rgb))
    return _stall_rows(scene, corners, size_m, modules)


def _stall_rows(scene: Scene, corners: Points, size_m: tuple[float, float], modules: int) -> Stalls:
    rng = scene.rng
    along = (corners[1] - corners[0]) / size_m[0]  # pixels per metre
    across = (corners[3] - corners[0]) / size_m[1]
    heading = float(np.arctan2(across[1], across[0]))
    pitch = float(rng.uniform(2.4, 2.9))
    slant = float(rng.choice([0.0, 0.0, 0.0, 2.0, -2.0]))
    at = np.arange(1.0 + abs(slant), size_m[0] - 1.0 - abs(slant), pitch)
    level = int(rng.uniform(70, 245))
    layer = scene.yellow if rng.random() < 0.12 else scene.white
    full = float(rng.choice([0.05, 0.4, 0.8]))
    width_px = 0.11 / scene.gsd_m
    cars: Stalls = []
    for row in range(2 * modules):
        module, far = divmod(row, 2)
        start = 0.5 + module * (2 * _STALL_M + _AISLE_M) + far * (_STALL_M + _AISLE_M)
        if start + _STALL_M > size_m[1]:
            break
        lean = slant if far else -slant
        first = corners[0] + at[:, None] * along + start * across
        second = first + _STALL_M * across + lean * along
        layer.strips(first, second, width_px=width_px, level=level)
        if far and module + 1 < modules and rng.random() < 0.6:
            back = np.stack([second[0], second[-1]])
            layer.polyline(back, width_px=width_px, level=level)
        middle = (first[:-1] + first[1:]) / 2 + 0.5 * (second - first)[:-1]
        tilt = heading - float(np.arctan2(lean, _STALL_M))
        cars += [(spot, tilt) for spot in middle if rng.random() < full]
    return cars
