"""How far it is from some pixels to the nearest of others, if that is not far."""

import cv2
import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Distances = NDArray[np.float64]


def pixel_distances(
    pixels: Indices, others: Indices, size_hw: tuple[int, int], limit_px: float
) -> Distances:
    """Euclidean distance of each pixel to the nearest other one.

    It looks around the pixels, at the nearest places first, and drops those that have found
    something: where lines lie on each other, that is several times as fast as a distance transform
    of the tile or a k-d tree, and exact.

    Args:
        pixels: Row and column of each pixel, shape (N, 2).
        others: Row and column of the others, shape (M, 2).
        size_hw: Height and width of the tile.
        limit_px: How far to look.

    Returns:
        Distances in pixels, inf beyond the limit, shape (N,).
    """
    taken = np.zeros(size_hw, bool)
    taken[tuple(others.T)] = True
    distances = np.full(len(pixels), np.inf)
    near = np.flatnonzero(may_be_near(pixels, others, size_hw, limit_px))
    distances[near] = distances_in(taken, pixels[near], limit_px)
    return distances


def distances_in(
    taken: NDArray[np.bool_], pixels: Indices, limit_px: float, *, outside: bool = False
) -> Distances:
    """Euclidean distance of pixels to the nearest one that is taken.

    Args:
        taken: Shape (H, W).
        pixels: Row and column of each pixel, shape (N, 2).
        limit_px: How far to look.
        outside: Whether all is taken beyond the border.

    Returns:
        Distances in pixels, inf beyond the limit, shape (N,).
    """
    reach = int(limit_px)
    border = (reach,) * 4
    even = cv2.copyMakeBorder(
        taken.view(np.uint8), *border, cv2.BORDER_CONSTANT, value=float(outside)
    )
    flat = even.view(np.bool_).ravel()
    stride = taken.shape[1] + 2 * reach
    down, right = (axis.ravel() for axis in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    away = np.hypot(down, right)
    order = np.argsort(away, kind='stable')[: np.count_nonzero(away <= limit_px)]
    # All places at one distance together: for a reach of 8 px, 30 steps in place of 197.
    radii, starts = np.unique(away[order], return_index=True)
    rings = np.split((down * stride + right)[order], starts[1:])
    distances = np.full(len(pixels), np.inf)
    left = np.arange(len(pixels))
    at = (pixels[:, 0] + reach) * stride + pixels[:, 1] + reach
    for radius, ring in zip(radii, rings, strict=True):
        found = flat[at + ring[:, None]].any(axis=0)
        distances[left[found]] = radius
        left, at = left[~found], at[~found]
        if not len(left):
            break
    return distances


def may_be_near(
    pixels: Indices, others: Indices, size_hw: tuple[int, int], limit_px: float
) -> NDArray[np.bool_]:
    """False for pixels that a grid of coarse cells shows to be beyond the limit.

    Args:
        pixels: Row and column of each pixel, shape (N, 2).
        others: Row and column of the others, shape (M, 2).
        size_hw: Height and width of the tile.
        limit_px: Distance.

    Returns:
        Shape (N,).
    """
    cell = int(limit_px) + 1
    taken = np.zeros((size_hw[0] // cell + 1, size_hw[1] // cell + 1), np.uint8)
    taken[tuple((others // cell).T)] = 1
    around = cv2.dilate(taken, np.ones((3, 3), np.uint8))
    near: NDArray[np.bool_] = around[tuple((pixels // cell).T)] != 0
    return near
