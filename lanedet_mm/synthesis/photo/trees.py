"""Trees and bushes: their shadows on the ground, their crowns over everything."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.photo.crown_sprites import SIDE, Sprite, crown_sprites
from lanedet_mm.synthesis.photo.polyline import Points
from lanedet_mm.synthesis.photo.scene import Scene

_MOST_PER_HA = 260.0
_BARE: Rgb = (112, 100, 86)
_TURNED: tuple[Rgb, ...] = ((138, 104, 56), (118, 70, 48), (126, 112, 84))  # autumn, blossom


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree.

    Attributes:
        centre: Foot, (column, row) in tile pixels.
        radius_m: Radius of the crown.
        height_m: Height of the middle of the crown.
        sprite: Picture of the crown.
        rgb: Colour of the crown.
        mirror: -1 or 1: which way round the sprite lies.
    """

    centre: Points
    radius_m: float
    height_m: float
    sprite: Sprite
    rgb: Rgb
    mirror: float


def plant_trees(scene: Scene) -> list[Tree]:
    """Choose the trees of a tile: along the road, in rows and anywhere on open ground."""
    rng, style, road = scene.rng, scene.style, scene.road
    area_ha = float(np.prod(scene.size_hw)) * scene.gsd_m**2 / 1e4
    per_ha = min(float(rng.uniform(*style.trees_per_ha)), _MOST_PER_HA)
    rows, cols = np.nonzero(road.edge_m[::2, ::2] > 1.2)
    if len(rows) == 0:
        return []
    # Trees stand in company: a coarse field says where.
    coarse = rng.standard_normal((road.edge_m.shape[0] // 80 + 2, road.edge_m.shape[1] // 80 + 2))
    likely = np.exp(1.1 * coarse[rows // 40, cols // 40])
    near_road = road.edge_m[::2, ::2][rows, cols]
    likely *= np.where(near_road < 5, rng.uniform(0.2, 2.5), 1.0)
    count = rng.poisson(per_ha * area_ha * 1.5)
    chosen = rng.choice(len(rows), min(count, len(rows)), p=likely / likely.sum())
    centres = road.pixels(rows[chosen] * 2, cols[chosen] * 2)
    bare = rng.random() < 0.12 and style.palm_share < 0.3
    return [_tree(scene, centre, bare=bool(bare)) for centre in centres]


def _tree(scene: Scene, centre: Points, *, bare: bool) -> Tree:
    rng, style = scene.rng, scene.style
    draw = rng.random()
    radius, kind = float(np.clip(rng.gamma(5, 0.62), 0.7, 7.5)), 'broad'
    rgb = scene.pick(style.foliage_rgb, 0.12)
    if rng.random() < 0.05:
        rgb = scene.pick(_TURNED, 0.1)
    if draw < style.palm_share:
        kind, radius = 'palm', float(rng.uniform(1.6, 3.4))
    elif draw > 0.88 and radius > 2.5:
        kind, radius = 'grove', radius * 2.0
    elif bare and rng.random() < 0.7:
        kind, rgb = 'bare', _BARE
    sprites = crown_sprites(kind)
    height = radius * float(rng.uniform(0.7, 1.6)) + (5.0 if kind == 'palm' else 0.5)
    return Tree(
        centre=centre,
        radius_m=radius,
        height_m=height,
        sprite=sprites[rng.integers(len(sprites))],
        rgb=rgb,
        mirror=float(rng.choice([-1.0, 1.0])),
    )


def cast_tree_shadows(scene: Scene, trees: list[Tree]) -> None:
    """Shadows of crowns: stretched away from the sun, on the ground and on low things."""
    cast = scene.sun.cast
    length = float(np.hypot(*cast))
    way = cast / max(length, 1e-9)
    for tree in trees:
        centre = tree.centre + cast * (tree.height_m / scene.gsd_m)
        radius = tree.radius_m / scene.gsd_m
        stretch = float(np.hypot(1.0, 0.7 * length))
        # Sprite columns run along the shadow.
        matrix = _placing(tree, centre, radius, way, stretch)
        window = _window(scene, centre, radius * stretch)
        if window is None:
            continue
        rows, cols = window
        shade = _warped(np.ascontiguousarray(tree.sprite[..., 0]), matrix, rows, cols)
        room = scene.shadow[rows, cols]
        np.maximum(room, shade, out=room)


def draw_crowns(scene: Scene, trees: list[Tree]) -> None:
    """Crowns seen from above, over everything that stands lower."""
    away = scene.sun.cast / max(float(np.hypot(*scene.sun.cast)), 1e-9)
    for tree in sorted(trees, key=lambda tree: tree.height_m):
        radius = tree.radius_m / scene.gsd_m
        centre = tree.centre + scene.sun.lean * (tree.height_m / scene.gsd_m)
        window = _window(scene, centre, radius)
        if window is None:
            continue
        rows, cols = window
        warped = _warped(tree.sprite, _placing(tree, centre, radius, away, 1.0), rows, cols)
        _blend_crown(scene, warped, rows, cols, tree.rgb)


def _blend_crown(
    scene: Scene, warped: NDArray[np.uint8], rows: slice, cols: slice, rgb: Rgb
) -> None:
    cover = warped[..., :1].astype(np.float32) * np.float32(1 / 255)
    light = warped[..., 1:].astype(np.float32) * np.float32(1 / 128)
    flat = 1 - scene.sun.depth
    light = 1 + (light - 1) * (1 - 0.6 * flat)
    room = scene.rgb[rows, cols]
    crown = np.clip(np.array(rgb, np.float32) * light, 0, 255)
    np.copyto(room, (room * (1 - cover) + crown * cover).astype(np.uint8))
    shade = scene.shadow[rows, cols]
    np.copyto(shade, (shade * (1 - cover[..., 0])).astype(np.uint8))


def _placing(
    tree: Tree, centre: Points, radius_px: float, way: Points, stretch: float
) -> NDArray[np.float64]:
    """Affine map from the sprite to the tile, its columns along `way`."""
    scale = 2 * radius_px / SIDE
    along = way * scale * stretch
    across = np.array([-way[1], way[0]]) * scale * tree.mirror
    matrix = np.column_stack([along, across, centre])
    matrix[:, 2] -= (along + across) * (SIDE - 1) / 2
    return matrix


def _window(scene: Scene, centre: Points, radius_px: float) -> tuple[slice, slice] | None:
    height, width = scene.size_hw
    low = np.floor(centre - radius_px - 1).astype(int)
    high = np.ceil(centre + radius_px + 2).astype(int)
    left, top = max(int(low[0]), 0), max(int(low[1]), 0)
    right, bottom = min(int(high[0]), width), min(int(high[1]), height)
    if left >= right or top >= bottom:
        return None
    return slice(top, bottom), slice(left, right)


def _warped(
    sprite: NDArray[np.uint8], matrix: NDArray[np.float64], rows: slice, cols: slice
) -> NDArray[np.uint8]:
    moved = matrix.copy()
    moved[:, 2] -= (cols.start, rows.start)
    size_wh = (cols.stop - cols.start, rows.stop - rows.start)
    flags = cv2.INTER_AREA if matrix[0, 0] < 0.4 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(sprite, moved, size_wh, flags=flags), np.uint8)
