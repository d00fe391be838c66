"""The tile while it is being drawn."""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import CityStyle, Rgb
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.polyline import Points
from lanedet_mm.synthesis.photo.road_field import RoadField

SHIFT = 4  # fractional bits of cv2's fixed-point coordinates
_TINTS = 24  # different colours that a tile makes of each palette
_ONE = 1 << SHIFT


@dataclass(frozen=True, kw_only=True)
class Sun:
    """Light of one tile.

    Attributes:
        cast: Shadow of something 1 m high in metres, (column, row).
        lean: Displacement of a roof 1 m high from its foot in metres: the camera's own slant.
        depth: How much of the light a shadow takes, in [0, 1].
        softness_m: Width of a shadow's edge.
    """

    cast: Points
    lean: Points
    depth: float
    softness_m: float


@dataclass(kw_only=True)
class Scene:
    """Canvases of one tile, all of its size; polygons come in tile pixels.

    Attributes:
        style: Where the tile is.
        rng: The tile's own random numbers.
        gsd_m: Ground metres per pixel.
        size_hw: Height and width in pixels.
        road: Where the road is.
        sun: The light.
        rgb: Colours in sunlight, uint8 (H, W, 3).
        material: `Material` indices, uint8 (H, W).
        shadow: 255 is full shadow, uint8 (H, W).
        stain: Thin darker or lighter marks: a factor of stain / 128.
        gain: Broad darker or lighter areas: a factor, float32 (H, W).
        occupied: What is taken, on the cells of `road`: 0 is free ground.
        white: White paint.
        yellow: Yellow paint.
        tints: The tile's own colours of each palette, made at first use.
        wear: What wheels have left of the paint, in [0.1, 1], once it is painted, shape (H, W).
        bare_rgb: `rgb` before anything stood on the ground, once it is painted.
    """

    style: CityStyle
    rng: np.random.Generator
    gsd_m: float
    size_hw: tuple[int, int]
    road: RoadField
    sun: Sun
    rgb: NDArray[np.uint8]
    material: NDArray[np.uint8]
    shadow: NDArray[np.uint8]
    stain: NDArray[np.uint8]
    gain: NDArray[np.float32]
    occupied: NDArray[np.uint8]
    white: PaintLayer
    yellow: PaintLayer
    tints: dict[tuple[tuple[Rgb, ...], float], list[Rgb]] = field(default_factory=dict)
    wear: NDArray[np.float32] | None = None
    bare_rgb: NDArray[np.uint8] | None = None

    def fill(self, corners: Points, rgb: Rgb, material: int) -> None:
        """Draw a convex solid in sunlight: its colour, its material, and no shadow on it."""
        fixed = fixed_point(corners)
        cv2.fillConvexPoly(self.rgb, fixed, rgb, cv2.LINE_AA, SHIFT)
        cv2.fillConvexPoly(self.material, fixed, material, cv2.LINE_8, SHIFT)
        cv2.fillConvexPoly(self.shadow, fixed, 0, cv2.LINE_AA, SHIFT)

    def cover(self, corners: Points, rgb: Rgb, material: int) -> None:
        """Draw a flat convex patch: shadows stay on it."""
        fixed = fixed_point(corners)
        cv2.fillConvexPoly(self.rgb, fixed, rgb, cv2.LINE_AA, SHIFT)
        cv2.fillConvexPoly(self.material, fixed, material, cv2.LINE_8, SHIFT)

    def detail(self, corners: Points, rgb: Rgb) -> None:
        """Draw colour alone."""
        cv2.fillConvexPoly(self.rgb, fixed_point(corners), rgb, cv2.LINE_AA, SHIFT)

    def stroke(self, points: Points, rgb: Rgb, thickness: int = 1) -> None:
        """Draw a thin line of colour."""
        fixed = fixed_point(points)
        cv2.polylines(self.rgb, [fixed], False, rgb, thickness, cv2.LINE_AA, SHIFT)

    def mark(self, points: Points, level: int, thickness: int = 1) -> None:
        """Draw a thin line of stain."""
        fixed = fixed_point(points)
        cv2.polylines(self.stain, [fixed], False, level, thickness, cv2.LINE_AA, SHIFT)

    def stain_patch(self, corners: Points, level: int) -> None:
        """Draw a convex patch of stain."""
        cv2.fillConvexPoly(self.stain, fixed_point(corners), level, cv2.LINE_AA, SHIFT)

    def cast_shadow(self, corners: Points, height_m: float, *, from_m: float = 0.0) -> None:
        """Shadow on the ground of a convex prism that stands on `corners`."""
        top = self.sun.cast * (height_m / self.gsd_m)
        foot = self.sun.cast * (from_m / self.gsd_m)
        both = np.concatenate([corners + foot, corners + top]).astype(np.float32)
        hull = cv2.convexHull(both).reshape(-1, 2)
        cv2.fillConvexPoly(self.shadow, fixed_point(hull), 255, cv2.LINE_AA, SHIFT)

    def shade_line(self, points: Points, thickness: int, level: int = 255) -> None:
        """Draw a thin shadow; 255 is full."""
        fixed = fixed_point(points)
        cv2.polylines(self.shadow, [fixed], False, level, thickness, cv2.LINE_AA, SHIFT)

    def sees(self, centre: Points, radius_px: float) -> bool:
        """Whether a disc touches the tile."""
        height, width = self.size_hw
        col, row = float(centre[0]), float(centre[1])
        return -radius_px < col < width + radius_px and -radius_px < row < height + radius_px

    def pick(self, colours: tuple[Rgb, ...], spread: float = 0.06) -> Rgb:
        """One of the colours, or one between two of them, slightly changed."""
        key = (colours, spread)
        if key not in self.tints:
            first, second = np.array(colours)[self.rng.integers(0, len(colours), (2, _TINTS))]
            mixed = first + (second - first) * self.rng.random((_TINTS, 1))
            mixed = mixed * self.rng.normal(1, spread, (_TINTS, 1))
            mixed += self.rng.normal(0, 1.2, (_TINTS, 3))
            table = np.clip(mixed, 0, 255).astype(int).tolist()
            self.tints[key] = [(red, green, blue) for red, green, blue in table]
        return self.tints[key][self.rng.integers(_TINTS)]


def shaded(rgb: tuple[float, float, float], factor: float) -> Rgb:
    """A colour made darker or lighter, kept within 0 to 255."""
    red, green, blue = (int(min(max(channel * factor, 0), 255)) for channel in rgb)
    return red, green, blue


def fixed_point(points: NDArray[Any]) -> NDArray[np.int32]:
    """Pixels as cv2's fixed-point numbers of `SHIFT` fractional bits."""
    return np.asarray(np.rint(points * _ONE), np.int32)
