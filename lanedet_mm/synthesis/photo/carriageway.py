"""Carriageways and their sides: asphalt, concrete, gutter, kerb, sidewalk."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.noise_texture import noise
from lanedet_mm.synthesis.photo.road_field import MARGIN_M, RoadField
from lanedet_mm.synthesis.photo.roadside import INSIDE_M, STEP_M, Roadside, roadside
from lanedet_mm.synthesis.photo.scene import SHIFT, Scene, fixed_point

_STREAK_STEP_M = 0.05


def draw_carriageway(scene: Scene) -> tuple[float, float]:
    """Draw the pavement and what lies beside it over the open ground.

    Returns:
        Where most of the sidewalks begin and end, in metres from the edge of the pavement; equal
        if there are none.
    """
    road = scene.road
    if not np.any(road.edge_m < 3):
        return 0.0, 0.0
    edge = np.asarray(road.over_tile(road.edge_m), np.float32)
    concrete = bool(scene.rng.random() < scene.style.concrete_road_share)
    pavement = _pavement_rgb(scene, concrete=concrete)
    main, other = roadside(scene), roadside(scene)
    sides = [main, main, other]
    _compose(scene, edge, pavement, sides)
    scene.material[edge < 0] = Material.CONCRETE if concrete else Material.ASPHALT
    np.copyto(scene.gain, _streaks(scene, concrete=concrete), where=edge < -0.3)
    return main.sidewalk_m


def _pavement_rgb(scene: Scene, *, concrete: bool) -> NDArray[np.uint8]:
    """Colour of the pavement: one for each road, alike more often than not."""
    style, rng, road = scene.style, scene.rng, scene.road
    colours = style.concrete_rgb if concrete else style.asphalt_rgb
    main = np.array(scene.pick(colours, 0.1), np.float64)
    mixed = rng.random() < 0.35
    by_road: dict[str, NDArray[np.float64]] = {}
    table = np.zeros((max(len(road.guides), 1), 3), np.uint8)
    for index, guide in enumerate(road.guides):
        name = guide.lane.road_id if guide.lane else f'unpainted {index}'
        if name not in by_road:
            own = np.array(scene.pick(style.asphalt_rgb, 0.1), np.float64)
            other = mixed or (guide.lane is None and guide.half_width_m not in (1.8, 3.3))
            share = rng.uniform(0.2, 0.9) if other and rng.random() < 0.7 else 0.04
            by_road[name] = main * (1 - share) + own * share
        table[index] = np.clip(by_road[name], 0, 255)
    coarse = cv2.blur(table[_top_guide(road)], (3, 3))
    return np.asarray(road.over_tile(coarse), np.uint8)


def _top_guide(road: RoadField) -> NDArray[np.int32]:
    """Index of the guide whose pavement was laid last: crossing roads keep straight seams."""
    top = road.guide.copy()
    order = sorted(range(len(road.guides)), key=lambda index: road.guides[index].lane is not None)
    for index in order:
        guide = road.guides[index]
        grid = fixed_point((guide.points + MARGIN_M) / road.cell_m)
        thick = max(round(2 * max(guide.half_width_m, 1.9) / road.cell_m), 1)
        cv2.polylines(top, [grid], False, index, thick, cv2.LINE_8, SHIFT)
    return top


def _compose(
    scene: Scene,
    edge: NDArray[np.float32],
    pavement: NDArray[np.uint8],
    sides: list[Roadside],
) -> None:
    entries = len(sides[0].road)
    distance = edge + noise(scene.size_hw, 1.5 / scene.gsd_m, scene.rng) * np.float32(0.03)
    widest = max(float(np.flatnonzero(side.ground < 1)[-1]) for side in sides) * STEP_M - INSIDE_M
    inside = distance < 0
    near = np.flatnonzero((distance > -2 * scene.gsd_m) & (distance < widest + STEP_M))
    rgb, material = scene.rgb.reshape(-1, 3), scene.material.reshape(-1)
    ground_rgb = rgb.take(near, axis=0)
    cv2.copyTo(pavement, inside.view(np.uint8), scene.rgb)
    place = (distance.reshape(-1).take(near) + np.float32(INSIDE_M)) * np.float32(1 / STEP_M)
    which = scene.rng.integers(0, len(sides), max(len(scene.road.guides), 1), dtype=np.int32)
    guide = np.asarray(scene.road.over_tile(which[scene.road.guide], smooth=False), np.int32)
    entry = np.minimum(np.maximum(place.astype(np.int32), 0), entries - 1)
    entry += guide.reshape(-1).take(near) * entries
    mixed = np.concatenate([side.rgb for side in sides]).take(entry, axis=0)
    road = np.concatenate([side.road for side in sides]).take(entry)[:, None]
    mixed += pavement.reshape(-1, 3).take(near, axis=0) * road
    mixed += ground_rgb * np.concatenate([side.ground for side in sides]).take(entry)[:, None]
    rgb[near] = np.minimum(mixed, 255).astype(np.uint8)
    kinds = np.concatenate([side.material for side in sides]).take(entry)
    seen = kinds != 255
    material[near[seen]] = kinds[seen]


def _streaks(scene: Scene, *, concrete: bool) -> NDArray[np.float32]:
    """Oil in the middle of lanes, polished tracks beside it, streaks along the road."""
    rng, road = scene.rng, scene.road
    at = np.arange(256) * _STREAK_STEP_M
    middle = float(rng.uniform(1.55, 1.85))
    oil = float(rng.uniform(0.0, 0.22 if concrete else 0.16))
    track = float(rng.uniform(0.0, 0.09))
    table = 1 - oil * np.exp(-(((at - middle) / rng.uniform(0.35, 0.6)) ** 2))
    table += track * np.exp(-(((np.abs(at - middle) - 0.8) / 0.3) ** 2))
    rough = cv2.GaussianBlur(rng.standard_normal((1, len(at))), (0, 0), rng.uniform(3, 9))[0]
    table += rng.uniform(0.003, 0.025) * rough / max(float(rough.std()), 1e-6)
    distance = road.over_tile(road.line_m)
    steps = cv2.convertScaleAbs(distance, alpha=1 / _STREAK_STEP_M)  # saturates beyond the table
    streaks = cv2.LUT(steps, (table - 1).astype(np.float32))
    fade = noise(scene.size_hw, 9 / scene.gsd_m, rng) * np.float32(0.35) + np.float32(0.75)
    np.clip(fade, 0, 1.5, out=fade)
    fade *= road.over_tile(_beside_lines(road))
    return np.asarray(1 + streaks * fade, np.float32)


def _beside_lines(road: RoadField) -> NDArray[np.float32]:
    """1 beside a line and 0 beyond its end, where wheels do not circle around it."""
    right = cv2.Sobel(road.line_m, cv2.CV_32F, 1, 0, scale=0.125 / road.cell_m)
    down = cv2.Sobel(road.line_m, cv2.CV_32F, 0, 1, scale=0.125 / road.cell_m)
    along = np.abs(right * np.cos(road.heading) + down * np.sin(road.heading))
    beside = np.clip(1.5 - 2.5 * along, 0, 1)
    return np.asarray(cv2.blur(beside, (5, 5)), np.float32)
