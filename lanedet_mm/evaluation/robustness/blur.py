"""A camera that moves, and one that is out of focus; images as in `light`."""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Kernel = NDArray[np.float32]

_FINE = 16  # sample points of a pixel along each side


def motion_blur(image: Image, length_px: float, rng: np.random.Generator) -> Image:
    """Smear along a straight way.

    Args:
        image: BGR, shape (H, W, 3).
        length_px: Length of the way, an odd number of pixels.
        rng: Draws its direction.
    """
    return _filtered(image, motion_kernel(round(length_px), rng.uniform(0, np.pi)))


def defocus_blur(image: Image, radius_px: float, rng: np.random.Generator) -> Image:
    """Every point becomes a disc.

    Args:
        image: BGR, shape (H, W, 3).
        radius_px: Radius of the disc.
        rng: Not used.
    """
    return _filtered(image, disc_kernel(radius_px))


def motion_kernel(length_px: int, angle: float) -> Kernel:
    """Points one pixel apart along a way through the middle, each shared by the pixels around it.

    Args:
        length_px: How many points, odd.
        angle: Direction in radians, from the columns to the rows.

    Returns:
        Weights that add up to 1, shape (L + 2, L + 2).
    """
    reach = length_px // 2
    at = np.arange(-reach, reach + 1)[:, None] * np.array([np.sin(angle), np.cos(angle)])
    at = at.round(9) + reach + 1  # (L, 2), row and column; a whole number stays one pixel
    near = np.floor(at).astype(int)
    share = at - near
    kernel = np.zeros((length_px + 2, length_px + 2))
    for row in (0, 1):
        for col in (0, 1):
            weight = np.abs(1 - row - share[:, 0]) * np.abs(1 - col - share[:, 1])
            np.add.at(kernel, (near[:, 0] + row, near[:, 1] + col), weight)
    return (kernel / length_px).astype(np.float32)


def disc_kernel(radius_px: float) -> Kernel:
    """Share of each pixel that lies in a disc around the middle one, adding up to 1."""
    reach = int(np.ceil(radius_px - 0.5))
    fine = (np.arange((2 * reach + 1) * _FINE) + 0.5) / _FINE - reach - 0.5
    inside = fine[:, None] ** 2 + fine**2 <= radius_px**2
    area = inside.reshape(2 * reach + 1, _FINE, 2 * reach + 1, _FINE).sum((1, 3))
    return (area / area.sum()).astype(np.float32)


def _filtered(image: Image, kernel: Kernel) -> Image:
    return np.asarray(cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8)
