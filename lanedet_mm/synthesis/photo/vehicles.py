"""Cars, vans, trucks and buses: on the lanes and parked along the road."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.polyline import (
    Points,
    arc_lengths,
    headings_at,
    points_at,
    rectangle,
)
from lanedet_mm.synthesis.photo.scene import Scene, shaded

_COLOURS: tuple[Rgb, ...] = (
    (236, 236, 234),
    (226, 228, 230),
    (196, 198, 200),
    (164, 166, 170),
    (120, 122, 126),
    (84, 86, 90),
    (40, 41, 44),
    (28, 28, 31),
    (22, 24, 30),
    (150, 28, 30),
    (176, 40, 36),
    (40, 66, 118),
    (62, 96, 148),
    (150, 138, 116),
    (60, 74, 62),
    (214, 176, 60),
)
_WEIGHTS = np.array([17, 9, 10, 10, 9, 8, 9, 8, 4, 3, 2, 3, 2, 3, 1, 1.0])
_GLASS: Rgb = (30, 34, 40)
_MOST = 500


def draw_traffic(scene: Scene) -> None:
    """Vehicles on the lanes and along the kerbs."""
    rng = scene.rng
    density = float(rng.uniform(*scene.style.vehicles))
    taken: set[tuple[int, int]] = set()
    spots = np.concatenate([_moving(scene, density), _parked(scene, density)])
    for spot in rng.permutation(spots)[:_MOST]:
        place = (int(spot[0] * scene.gsd_m / 5), int(spot[1] * scene.gsd_m / 5))
        around = {(place[0] + i, place[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        if scene.sees(spot[:2], 12 / scene.gsd_m) and not taken & around:
            taken.add(place)
            draw_vehicle(scene, spot[:2], float(spot[2]))


def _moving(scene: Scene, density: float) -> NDArray[np.float64]:
    """Places in the middle of lanes: (column, row, heading), shape (N, 3)."""
    rng, road = scene.rng, scene.road
    found = [np.zeros((0, 3))]
    for guide in road.guides:
        length = arc_lengths(guide.points)[-1]
        at = np.sort(rng.uniform(0, length, rng.poisson(length * density / 30)))
        if len(at) == 0:
            continue
        heading = headings_at(guide.points, at)
        side = rng.choice([-1.0, 1.0]) * rng.normal(1.72, 0.15, len(at))
        aside = np.stack([-np.sin(heading), np.cos(heading)], axis=1) * side[:, None]
        pixels = (points_at(guide.points, at) + aside) / scene.gsd_m
        cells = road.cells(pixels)
        fits = (road.edge_m[cells] < -1.1) & (np.abs(road.line_m[cells] - 1.7) < 0.55)
        found.append(np.column_stack([pixels, heading])[fits])
    return np.concatenate(found)


def _parked(scene: Scene, density: float) -> NDArray[np.float64]:
    """Places along the edge of the pavement, in rows: (column, row, heading), shape (N, 3)."""
    rng, road = scene.rng, scene.road
    kerb_m = float(rng.uniform(0.95, 1.25))
    beside = (np.abs(road.edge_m + kerb_m) < road.cell_m * 0.8) & (road.line_m > 1.3)
    rows, cols = np.nonzero(beside)
    if len(rows) == 0:
        return np.zeros((0, 3))
    # Rows of cars: whole stretches are full and others empty.
    stretch = (rows * road.cell_m // 18 * 7919 + cols * road.cell_m // 18 * 104729) % 97 / 97
    full = stretch < density * rng.uniform(0.2, 1.1)
    rows, cols = rows[full], cols[full]
    count = min(int(len(rows) * road.cell_m / 3.5), 3 * _MOST)
    chosen = rng.permutation(len(rows))[:count]
    rows, cols = rows[chosen], cols[chosen]
    inner = np.clip(rows, 2, road.edge_m.shape[0] - 3), np.clip(cols, 2, road.edge_m.shape[1] - 3)
    down = road.edge_m[inner[0] + 2, inner[1]] - road.edge_m[inner[0] - 2, inner[1]]
    right = road.edge_m[inner[0], inner[1] + 2] - road.edge_m[inner[0], inner[1] - 2]
    heading = np.arctan2(down, right) + np.pi / 2
    return np.column_stack([road.pixels(rows, cols), heading])


def draw_vehicle(scene: Scene, centre: Points, heading: float, *, parked: bool = False) -> None:
    """Draw one vehicle.

    Args:
        scene: The tile.
        centre: (column, row) in tile pixels.
        heading: Direction of its length in radians.
        parked: In a stall: a car, never a truck.
    """
    rng = scene.rng
    heading += float(rng.normal(0, 0.025)) + (np.pi if rng.random() < 0.5 else 0)
    kind = rng.random()
    if kind < 0.04 and not parked:
        _truck(scene, centre, heading)
    else:
        _car(scene, centre, heading, pickup=kind > 0.9)


def _parts(
    scene: Scene, centre: Points, heading: float, shapes: list[list[tuple[float, float]]]
) -> list[Points]:
    cos, sin = np.cos(heading) / scene.gsd_m, np.sin(heading) / scene.gsd_m
    turn = np.array([[cos, sin], [-sin, cos]])
    return [np.array(shape) @ turn + centre for shape in shapes]


def _mirrored(half: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return half + [(along, -across) for along, across in reversed(half)]


def _car(scene: Scene, centre: Points, heading: float, *, pickup: bool) -> None:
    rng = scene.rng
    rgb = _COLOURS[int(rng.choice(len(_COLOURS), p=_WEIGHTS / _WEIGHTS.sum()))]
    long, wide = float(rng.normal(4.6, 0.3)) / 2, float(rng.normal(1.82, 0.07)) / 2
    if pickup:
        long *= 1.18
    body = _mirrored(
        [(-long, wide * 0.75), (-long * 0.88, wide), (long * 0.8, wide), (long, wide * 0.6)]
    )
    hood, screen = long * 0.48, long * 0.22
    back = -long * (0.05 if pickup else 0.62)
    glass_front = [
        (hood, -wide * 0.82),
        (hood, wide * 0.82),
        (screen, wide * 0.7),
        (screen, -wide * 0.7),
    ]
    glass_back = [
        (back - 0.4, -wide * 0.78),
        (back - 0.4, wide * 0.78),
        (back, wide * 0.68),
        (back, -wide * 0.68),
    ]
    cabin = [(screen, -wide * 0.7), (screen, wide * 0.7), (back, wide * 0.68), (back, -wide * 0.68)]
    windows = [
        (hood - 0.1, -wide * 0.9),
        (hood - 0.1, wide * 0.9),
        (back - 0.3, wide * 0.88),
        (back - 0.3, -wide * 0.88),
    ]
    bed = [
        (back - 0.5, -wide * 0.75),
        (back - 0.5, wide * 0.75),
        (-long * 0.95, wide * 0.75),
        (-long * 0.95, -wide * 0.75),
    ]
    outline, front, rear, top, side, box = _parts(
        scene, centre, heading, [body, glass_front, glass_back, cabin, windows, bed]
    )
    scene.cast_shadow(outline, 0.95)
    scene.cast_shadow(side, float(rng.uniform(1.35, 1.8)))
    scene.fill(outline, rgb, Material.VEHICLE)
    scene.detail(side, shaded(rgb, 0.42))
    scene.detail(front, _GLASS)
    scene.detail(rear, _GLASS)
    scene.detail(top, shaded(rgb, float(rng.uniform(1.0, 1.12))))
    if pickup:
        scene.detail(box, shaded(rgb, 0.5))
    if rng.random() < 0.6:
        # Lacquer mirrors the sky on the side that faces the sun.
        bonnet = np.stack([front[0], front[1], outline[3], outline[4]])
        scene.detail(bonnet, shaded(rgb, float(rng.uniform(0.9, 1.25))))


def _truck(scene: Scene, centre: Points, heading: float) -> None:
    rng = scene.rng
    long, wide = float(rng.uniform(6.5, 12.5)) / 2, 1.27
    grey = int(rng.choice([238, 225, 200, 120]))
    rgb: Rgb = (grey, grey, min(grey + 3, 255))
    if rng.random() < 0.2:
        rgb = _COLOURS[int(rng.integers(9, len(_COLOURS)))]
    body = [(-long, -wide), (long, -wide), (long, wide), (-long, wide)]
    nose = [
        (long - 0.5, -wide * 0.9),
        (long - 0.1, -wide * 0.9),
        (long - 0.1, wide * 0.9),
        (long - 0.5, wide * 0.9),
    ]
    gap = [(long - 2.2, -wide), (long - 1.8, -wide), (long - 1.8, wide), (long - 2.2, wide)]
    outline, glass, joint = _parts(scene, centre, heading, [body, nose, gap])
    scene.cast_shadow(outline, float(rng.uniform(2.8, 3.7)))
    scene.fill(outline, rgb, Material.VEHICLE)
    scene.detail(glass, _GLASS)
    if rng.random() < 0.6:
        scene.detail(joint, (44, 44, 46))
    else:
        for share in (0.3, 0.7):
            unit = outline[0] + (outline[1] - outline[0]) * share + (outline[3] - outline[0]) / 2
            size = (1.6 / scene.gsd_m, 1.1 / scene.gsd_m)
            scene.detail(rectangle(unit, size, heading), shaded(rgb, 0.8))
