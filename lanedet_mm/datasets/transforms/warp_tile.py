"""Pixels of a tile under an affine map."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.transforms.crop_map import Matrix, scale_of


def warp_tile(
    image: NDArray[np.uint8],
    matrix: Matrix,
    size_hw: tuple[int, int],
    *,
    fill_bgr: tuple[int, int, int] = (0, 0, 0),
) -> NDArray[np.uint8]:
    """Warp an image once, with the blur that shrinking needs.

    Args:
        image: The tile, shape (H, W, 3).
        matrix: Map of tile pixels to result pixels, shape (2, 3), without shear.
        size_hw: Height and width of the result.
        fill_bgr: Colour where the tile does not reach.

    Returns:
        The result, shape (*size_hw, 3).
    """
    scale = scale_of(matrix)
    # The blur that a pixel 1/scale times as large has over a small one, both taken as Gaussians
    # of half their side: bilinear sampling alone would skip pixels and show stairs on thin lines.
    sigma = 0.5 * np.sqrt(max(1 / scale**2 - 1, 0))
    blurs = sigma > 0.25
    low, high = _window(image.shape[:2], matrix, size_hw, margin=2 + (4 * sigma if blurs else 0))
    window = image[low[1] : high[1], low[0] : high[0]]
    if window.size == 0:
        return np.full((*size_hw, 3), fill_bgr, np.uint8)
    if blurs:
        blurred = cv2.GaussianBlur(window, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        window = np.asarray(blurred, np.uint8)
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2] @ low
    result = cv2.warpAffine(window, moved, size_hw[::-1], borderMode=cv2.BORDER_REPLICATE)
    outside = outside_tile(image.shape[:2], matrix, size_hw)
    if outside is not None:
        result[outside] = fill_bgr
    return np.asarray(result, np.uint8)


def outside_tile(
    tile_hw: tuple[int, ...], matrix: Matrix, size_hw: tuple[int, int]
) -> NDArray[np.bool_] | None:
    """Which pixels of the result have their centre outside the tile, None if none has."""
    corners = _to_tile(matrix, size_hw)
    if (corners >= -0.5).all() and (corners <= np.array(tile_hw[::-1]) - 0.5).all():
        return None
    col, row = (np.arange(length, dtype=np.float64) for length in size_hw[::-1])
    back = cv2.invertAffineTransform(matrix)
    outside = np.zeros(size_hw, bool)
    for (by_col, by_row, offset), length in zip(back, tile_hw[::-1], strict=True):
        at = (by_row * row + offset)[:, None] + by_col * col
        outside |= (at < -0.5) | (at > length - 0.5)
    return outside


def _window(
    tile_hw: tuple[int, ...], matrix: Matrix, size_hw: tuple[int, int], *, margin: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last + 1 column and row of the tile that the result needs."""
    corners = _to_tile(matrix, size_hw)
    limit = np.array(tile_hw[::-1])
    low = np.clip(np.floor(corners.min(0) - margin), 0, limit).astype(np.int64)
    high = np.clip(np.ceil(corners.max(0) + margin) + 1, 0, limit).astype(np.int64)
    return low, high


def _to_tile(matrix: Matrix, size_hw: tuple[int, int]) -> Matrix:
    """Where the centres of the result's four corner pixels lie in the tile, shape (4, 2)."""
    height, width = size_hw
    corners = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]])
    back = cv2.invertAffineTransform(matrix)
    # A hair of rounding must not push a crop on the very edge out of the tile.
    return np.asarray(np.round(corners @ back[:, :2].T + back[:, 2], 6), np.float64)
