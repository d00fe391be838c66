"""Cheap noise of any grain: crops of one fixed random lattice, resized."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

_LATTICE_SIDE = 1024
# Interpolation between lattice points averages; this brings the spread back to 1.
_CUBIC_SPREAD = 0.72


@cache
def _lattice() -> Field:
    return np.random.default_rng(20240607).standard_normal(
        (_LATTICE_SIDE, _LATTICE_SIDE), dtype=np.float32
    )


def noise(size_hw: tuple[int, int], cell_px: float, rng: np.random.Generator) -> Field:
    """Smooth noise of mean 0 and spread about 1.

    Args:
        size_hw: Height and width in pixels.
        cell_px: Grain: distance between independent values in pixels.
        rng: Where on the lattice to look.

    Returns:
        Noise, shape (H, W).
    """
    height, width = size_hw
    cell = max(cell_px, 1.0)
    rows, cols = int(height / cell) + 4, int(width / cell) + 4
    top, left = (int(v) for v in rng.integers(0, _LATTICE_SIDE, 2))
    crop = _wrapped(top, left, rows, cols)
    if rng.random() < 0.5:
        crop = crop.T if rows == cols else crop[::-1]
    if cell == 1.0:
        return np.ascontiguousarray(crop[:height, :width])
    shift = rng.uniform(1, 2, 2)
    matrix = np.array([[1 / cell, 0, shift[0]], [0, 1 / cell, shift[1]]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    smooth = cv2.warpAffine(
        np.ascontiguousarray(crop), matrix, (width, height), flags=flags, borderMode=cv2.BORDER_WRAP
    )
    return np.asarray(smooth * np.float32(1 / _CUBIC_SPREAD), np.float32)


def _wrapped(top: int, left: int, rows: int, cols: int) -> Field:
    if top + rows <= _LATTICE_SIDE and left + cols <= _LATTICE_SIDE:
        return _lattice()[top : top + rows, left : left + cols]
    row = np.arange(top, top + rows) % _LATTICE_SIDE
    col = np.arange(left, left + cols) % _LATTICE_SIDE
    return _lattice()[np.ix_(row, col)]
