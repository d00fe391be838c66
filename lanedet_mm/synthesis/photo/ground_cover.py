"""Open ground: parcels of grass, bare soil and paving."""

import cv2
import numpy as np

from lanedet_mm.synthesis.city_style import CityStyle, Rgb
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.noise_texture import noise
from lanedet_mm.synthesis.photo.scene import Scene

_STEP_M = 0.1
_COARSER = 2  # parcels are drawn on every other pixel


def main_heading(scene: Scene) -> float:
    """Direction that most of the road takes, or any where there is no road."""
    heading = scene.road.heading[::8, ::8][scene.road.edge_m[::8, ::8] < 0]
    if heading.size == 0:
        return float(scene.rng.uniform(0, np.pi))
    doubled = np.exp(2j * heading.astype(np.float64)).mean()
    return float(np.angle(doubled) / 2)


def draw_ground(scene: Scene) -> None:
    """Fill the tile with parcels that lie along the road."""
    rng = scene.rng
    height, width = (side // _COARSER + 1 for side in scene.size_hw)
    cell_m = scene.gsd_m * _COARSER
    heading = main_heading(scene)
    cols = np.arange(width, dtype=np.float32) * np.float32(cell_m)
    rows = np.arange(height, dtype=np.float32)[:, None] * np.float32(cell_m)
    wobble = noise((height, width), 6 / cell_m, rng) * np.float32(0.25)
    along = cols * np.float32(np.cos(heading)) + rows * np.float32(np.sin(heading)) + wobble
    across = rows * np.float32(np.cos(heading)) - cols * np.float32(np.sin(heading)) + wobble
    reach = float(np.hypot(height, width)) * cell_m + 2
    first, count = _stripes(along, reach, float(rng.uniform(12, 45)), rng)
    second, other = _stripes(across, reach, float(rng.uniform(10, 40)), rng)
    covers = [_cover(scene.style, scene) for _ in range(rng.integers(2, 6))]
    parcels = [covers[index] for index in rng.integers(0, len(covers), count * other)]
    rgb = np.array([colour for colour, _ in parcels], np.uint8)
    material = np.array([kind for _, kind in parcels], np.uint8)
    index = first * other + second
    for canvas, table, flag in (
        (scene.rgb, rgb, cv2.INTER_LINEAR),
        (scene.material, material, cv2.INTER_NEAREST),
    ):
        size_wh = (width * _COARSER, height * _COARSER)
        shown = cv2.resize(table[index], size_wh, interpolation=flag)
        np.copyto(canvas, shown[: scene.size_hw[0], : scene.size_hw[1]])
    _bare_patches(scene)


def _stripes(
    coordinate: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    reach_m: float,
    width_m: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int32]], int]:
    """Index of the stripe of random width that each coordinate lies in, and their number."""
    steps = int(2 * reach_m / _STEP_M) + 4
    widths = rng.uniform(0.4, 1.6, int(2 * reach_m / (0.4 * width_m)) + 2) * width_m
    table = np.searchsorted(np.cumsum(widths), np.arange(steps) * _STEP_M).astype(np.int32)
    place = ((coordinate + np.float32(reach_m)) * np.float32(1 / _STEP_M)).astype(np.int32)
    return table[np.clip(place, 0, steps - 1)], int(table[-1]) + 1


def _cover(style: CityStyle, scene: Scene) -> tuple[Rgb, Material]:
    draw = scene.rng.random()
    if draw < style.green_share * 0.85:
        return scene.pick(style.grass_rgb, 0.1), Material.GRASS
    if draw < style.green_share * 0.85 + style.paved_share:
        if scene.rng.random() < 0.5:
            return scene.pick(style.concrete_rgb, 0.08), Material.PAVING
        return scene.pick(style.asphalt_rgb, 0.08), Material.LOT
    return scene.pick(style.soil_rgb, 0.09), Material.SOIL


def _bare_patches(scene: Scene) -> None:
    """Worn ground: soil that shows through grass, weeds that grow on soil."""
    field = noise(scene.size_hw, 4 / scene.gsd_m, scene.rng)
    field = field + np.float32(0.5) * noise(scene.size_hw, 0.5 / scene.gsd_m, scene.rng)
    for material, colours, other, sign in (
        (Material.GRASS, scene.style.soil_rgb, Material.SOIL, 1.0),
        (Material.SOIL, scene.style.grass_rgb, Material.GRASS, -1.0),
    ):
        worn = (scene.material == material) & (sign * field > scene.rng.uniform(0.6, 2.0))
        spots = np.flatnonzero(worn)
        rgb = scene.rgb.reshape(-1, 3)
        tint = np.array(scene.pick(colours), np.float32) * np.float32(0.55)
        rgb[spots] = (rgb.take(spots, axis=0) * np.float32(0.45) + tint).astype(np.uint8)
        scene.material.reshape(-1)[spots] = other
