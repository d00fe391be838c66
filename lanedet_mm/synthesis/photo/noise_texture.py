"""Cheap noise of any grain: crops of one fixed random lattice, resized."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

_LATTICE_SIDE = 1024
_COARSE_PX = 12.0
# Interpolation between lattice points averages; this brings the spread back to 1.
_CUBIC_SPREAD = 0.72


@cache
def _lattice(spread: float) -> Field:
    rng = np.random.default_rng(20240607)
    return rng.standard_normal((_LATTICE_SIDE, _LATTICE_SIDE), np.float32) * np.float32(spread)


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
    top, left = (int(v) for v in rng.integers(0, _LATTICE_SIDE, 2))
    if cell_px <= 1:
        return _wrapped(_lattice(1.0), top, left, height, width)
    if cell_px > _COARSE_PX:
        # Noise this smooth is the same made on every fourth pixel, and cheaper.
        few = noise((height // 4 + 2, width // 4 + 2), cell_px / 4, rng)
        size_wh = (few.shape[1] * 4, few.shape[0] * 4)
        many = cv2.resize(few, size_wh, interpolation=cv2.INTER_LINEAR)
        return np.asarray(many[:height, :width], np.float32)
    rows, cols = int(height / cell_px) + 4, int(width / cell_px) + 4
    crop = _wrapped(_lattice(1 / _CUBIC_SPREAD), top, left, rows, cols)
    size_wh = (int(cols * cell_px), int(rows * cell_px))
    smooth = cv2.resize(crop, size_wh, interpolation=cv2.INTER_CUBIC)
    begin = int(cell_px)  # the outermost cells are extrapolated
    return np.asarray(smooth[begin : begin + height, begin : begin + width], np.float32)


def _wrapped(lattice: Field, top: int, left: int, rows: int, cols: int) -> Field:
    if top + rows <= _LATTICE_SIDE and left + cols <= _LATTICE_SIDE:
        return lattice[top : top + rows, left : left + cols]
    row = np.arange(top, top + rows) % _LATTICE_SIDE
    col = np.arange(left, left + cols) % _LATTICE_SIDE
    return lattice[np.ix_(row, col)]
