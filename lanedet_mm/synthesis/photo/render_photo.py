"""An aerial photograph of an annotation."""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.photo.buildings import cast_tower, draw_buildings, plan_buildings
from lanedet_mm.synthesis.photo.car_parks import draw_car_parks
from lanedet_mm.synthesis.photo.carriageway import draw_carriageway
from lanedet_mm.synthesis.photo.clutter import draw_clutter, draw_paths, draw_poles
from lanedet_mm.synthesis.photo.ground_cover import draw_ground
from lanedet_mm.synthesis.photo.guide_line import GuideLine, painted_guides
from lanedet_mm.synthesis.photo.junction_fill import junction_guides, side_streets
from lanedet_mm.synthesis.photo.lot_planner import open_ground
from lanedet_mm.synthesis.photo.markings_unlabelled import draw_unlabelled
from lanedet_mm.synthesis.photo.paint import blend_paint, draw_lanes
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.road_damage import draw_damage, stain_factor
from lanedet_mm.synthesis.photo.road_edge_lines import (
    draw_edge_rails,
    draw_stall_marks,
    mark_joints,
)
from lanedet_mm.synthesis.photo.road_field import road_field
from lanedet_mm.synthesis.photo.road_width import with_pavement
from lanedet_mm.synthesis.photo.scene import Scene, Sun
from lanedet_mm.synthesis.photo.sensor import photograph, random_sensor
from lanedet_mm.synthesis.photo.surface_light import lit_scene
from lanedet_mm.synthesis.photo.trees import cast_tree_shadows, draw_crowns, plant_trees
from lanedet_mm.synthesis.photo.vehicles import draw_traffic, draw_vehicle


def render_photo(annotation: TileAnnotation, style: CityStyle, *, seed: int) -> NDArray[np.uint8]:
    """Render the ground that an annotation describes.

    The same arguments give the same picture in any process.

    Args:
        annotation: Lines to paint; also the size and the scale of the picture.
        style: City that the ground looks like.
        seed: Seed of everything that the annotation leaves open.

    Returns:
        RGB image of the annotation's size, shape (H, W, 3).
    """
    return take_photo(draw_scene(annotation, style, seed=seed))


def draw_scene(annotation: TileAnnotation, style: CityStyle, *, seed: int) -> Scene:
    """Draw what `render_photo` photographs; see there."""
    rng = _generator(annotation, style, seed)
    guides = painted_guides(annotation.lanes, annotation.ground_gsd_m)
    scene = _bare_scene(annotation, style, guides, rng)
    draw_ground(scene)
    sidewalk_m = draw_carriageway(scene)
    draw_damage(scene)
    mark_joints(scene, sidewalk_m)
    scene.occupied = open_ground(scene, float(rng.uniform(1.5, 5)))
    draw_paths(scene)
    stalls = draw_car_parks(scene)
    draw_lanes(scene, guides)
    _bake(scene)
    draw_unlabelled(scene, guides)
    draw_stall_marks(scene)
    blend_paint(scene)
    for centre, heading in stalls:
        if scene.sees(centre, 8 / scene.gsd_m):
            draw_vehicle(scene, centre, heading, parked=True)
    draw_traffic(scene)
    draw_edge_rails(scene)
    trees = plant_trees(scene)
    cast_tree_shadows(scene, trees)
    plan = plan_buildings(scene)
    draw_clutter(scene)
    draw_poles(scene)
    draw_buildings(scene, plan)
    draw_crowns(scene, trees)
    if rng.random() < style.building_height_m[1] / 120:
        cast_tower(scene)
    return scene


def take_photo(scene: Scene) -> NDArray[np.uint8]:
    """Photograph a scene once, for it uses up the scene's random numbers; RGB, shape (H, W, 3)."""
    return photograph(lit_scene(scene), random_sensor(scene.style, scene.rng), scene.rng)


def _generator(annotation: TileAnnotation, style: CityStyle, seed: int) -> np.random.Generator:
    place = np.array(annotation.region, np.float64).tobytes()
    lines = b''.join(np.asarray(lane.vertices, np.float64).tobytes() for lane in annotation.lanes)
    return np.random.default_rng(
        [seed, zlib.crc32(place), zlib.crc32(lines), zlib.crc32(style.name.encode())]
    )


def _bare_scene(
    annotation: TileAnnotation,
    style: CityStyle,
    painted: list[GuideLine],
    rng: np.random.Generator,
) -> Scene:
    width, height = annotation.size_wh
    size_hw, gsd_m = (height, width), annotation.ground_gsd_m
    size_m = np.array([width, height]) * gsd_m
    paved = with_pavement(painted, size_m, rng)
    guides = paved + junction_guides(painted, size_m) + side_streets(paved, size_m, rng)
    gap_m = float(rng.choice([4.0, 6.5, 8.5], p=[0.45, 0.35, 0.2]))
    return Scene(
        style=style,
        rng=rng,
        gsd_m=gsd_m,
        size_hw=size_hw,
        road=road_field(guides, gsd_m=gsd_m, size_hw=size_hw, widest_gap_m=gap_m),
        sun=_sun(style, rng),
        rgb=np.zeros((*size_hw, 3), np.uint8),
        material=np.zeros(size_hw, np.uint8),
        shadow=np.zeros(size_hw, np.uint8),
        stain=np.full(size_hw, 128, np.uint8),
        gain=np.ones(size_hw, np.float32),
        occupied=np.zeros((1, 1), np.uint8),
        white=PaintLayer(size_hw, gsd_m),
        yellow=PaintLayer(size_hw, gsd_m),
    )


def _sun(style: CityStyle, rng: np.random.Generator) -> Sun:
    overcast = rng.random() < style.overcast_share
    elevation = np.radians(rng.uniform(*style.sun_elevation_deg))
    length = float(np.clip(1 / np.tan(elevation), 0.2, 1.7))
    turn = rng.uniform(0, 2 * np.pi)
    view = rng.uniform(0, 2 * np.pi)
    slant = float(rng.uniform(0, 0.13))
    return Sun(
        cast=length * np.array([np.cos(turn), np.sin(turn)]),
        lean=slant * np.array([np.cos(view), np.sin(view)]),
        depth=float(rng.uniform(0.12, 0.35) if overcast else rng.uniform(0.58, 0.80)),
        softness_m=float(rng.uniform(0.5, 1.5) if overcast else rng.uniform(0.02, 0.12)),
    )


def _bake(scene: Scene) -> None:
    """Put stains and streaks into the colours, before anything stands on them."""
    factor = scene.gain * stain_factor(scene)
    shown = cv2.multiply(scene.rgb, cv2.merge([factor, factor, factor]), dtype=cv2.CV_8U)
    np.copyto(scene.rgb, shown)
