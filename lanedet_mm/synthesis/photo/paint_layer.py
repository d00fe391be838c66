"""Paint as coverage: shapes of any width, drawn at a multiple of the pixel grid."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.polyline import Points

_SHIFT = 4
_FINER = 4  # fine pixels in a pixel


class PaintLayer:
    """Coverage of one paint in a tile.

    cv2 cannot draw lines thinner than a pixel, and paint is 0.3 px wide in a coarse tile; so
    shapes are drawn on a finer grid and averaged.

    Args:
        size_hw: Height and width of the tile in pixels.
        gsd_m: Ground metres per pixel.
    """

    def __init__(self, size_hw: tuple[int, int], gsd_m: float) -> None:
        self._size_hw = size_hw
        self._fine = np.zeros((size_hw[0] * _FINER, size_hw[1] * _FINER), np.uint8)
        self._margin_px = 2.0 / gsd_m
        self.is_empty = True

    def strips(self, starts: Points, ends: Points, *, width_px: float, level: int) -> None:
        """Draw straight strips.

        Args:
            starts: First ends, (column, row) in tile pixels, shape (N, 2).
            ends: Second ends, shape (N, 2).
            width_px: Width in tile pixels.
            level: Coverage of the paint, 0 to 255.
        """
        low = np.minimum(starts, ends).min(axis=0, initial=np.inf)
        if len(starts) == 0 or not np.all(np.isfinite(low)):
            return
        size = np.array(self._size_hw[::-1]) + self._margin_px
        near = np.all(
            (np.maximum(starts, ends) > -self._margin_px) & (np.minimum(starts, ends) < size),
            axis=1,
        )
        starts, ends = self._finer(starts[near]), self._finer(ends[near])
        step = ends - starts
        length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)[:, None]
        unit = step / length
        # fillConvexPoly also paints the pixels under its outline: half a fine pixel too much.
        shrink = unit * np.minimum(0.5, length / 2)
        normal = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
        side = normal * max(width_px * _FINER / 2 - 0.5, 0.0)
        first, second = starts + shrink, ends - shrink
        quads = np.stack([first - side, second - side, second + side, first + side], axis=1)
        for quad in np.round(quads * (1 << _SHIFT)).astype(np.int32):
            cv2.fillConvexPoly(self._fine, quad, level, cv2.LINE_8, _SHIFT)
        self.is_empty = self.is_empty and len(quads) == 0

    def polygon(self, corners: Points, *, level: int) -> None:
        """Draw a filled polygon of (column, row) in tile pixels, shape (N, 2)."""
        if not np.all(np.abs(corners) < 1e6):
            return
        fixed = np.round(self._finer(corners) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self._fine, [fixed], level, cv2.LINE_8, _SHIFT)
        self.is_empty = False

    def polyline(self, points: Points, *, width_px: float, level: int) -> None:
        """Draw an unbroken line through (column, row) in tile pixels, shape (N, 2)."""
        self.strips(points[:-1], points[1:], width_px=width_px, level=level)

    def coverage(self) -> NDArray[np.float32]:
        """Share of each pixel that paint covers, in [0, 1], shape (H, W)."""
        size_wh = self._size_hw[::-1]
        mean = cv2.resize(self._fine, size_wh, interpolation=cv2.INTER_AREA)
        return np.asarray(mean, np.float32) * np.float32(1 / 255)

    def opacity(self) -> NDArray[np.float32]:
        """How opaque the thickest paint in each pixel is, however thin it is, in [0, 1], (H, W)."""
        height, width = self._size_hw
        cells = self._fine.reshape(height, _FINER, width, _FINER)
        return np.asarray(cells.max((1, 3)), np.float32) * np.float32(1 / 255)

    def _finer(self, points: Points) -> Points:
        return (points + 0.5) * _FINER - 0.5
