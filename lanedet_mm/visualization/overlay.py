"""A class mask painted over its image."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Palette = Sequence[tuple[int, int, int]]
IGNORED_RGB = (190, 150, 220)  # pale: it is neither right nor wrong
_BAND_ROWS = 512  # a large scene is held once, not with every intermediate of it


def paint_classes(
    image: Image,
    mask: NDArray[np.uint8],
    palette: Palette,
    *,
    fade: float = 0.6,
    thicken_px: int = 0,
    out: Image | None = None,
) -> Image:
    """Paint classes over an image whose own colours step back.

    Lanes are painted opaque: blended with asphalt, a line of two or three pixels cannot be told
    from the paint that it should lie on.

    Args:
        image: BGR, shape (H, W, 3).
        mask: Class indices, shape (H, W); class 0 stays unpainted, and what is beyond the
            palette (255, ignored) is pale violet.
        palette: RGB colour of each class.
        fade: How much of the image's colour goes, in [0, 1]; 1 leaves it grey.
        thicken_px: Pixels by which lines grow on each side, for pictures that are shrunk later.
        out: Where to paint; the image itself saves memory. None makes a new array.

    Returns:
        BGR, shape (H, W, 3).
    """
    if mask.shape != image.shape[:2]:
        raise ValueError(f'mask of shape {mask.shape} for an image of {image.shape[:2]}')
    painted = np.empty_like(image) if out is None else out
    colours = colour_table(palette)
    for row in range(0, len(image), _BAND_ROWS):
        painted[row : row + _BAND_ROWS] = _fade(image[row : row + _BAND_ROWS], fade)
        above = max(row - thicken_px, 0)
        lines = thicken(mask[above : row + _BAND_ROWS + thicken_px], thicken_px)
        lines = lines[row - above :][:_BAND_ROWS]
        painted[row : row + _BAND_ROWS][lines > 0] = colours[lines[lines > 0]]
    return painted


def colour_table(palette: Palette) -> NDArray[np.uint8]:
    """BGR colour of each value that a mask can hold, shape (256, 3)."""
    table = np.full((256, 3), IGNORED_RGB, np.uint8)
    table[: len(palette)] = palette
    return np.ascontiguousarray(table[:, ::-1])


def thicken(mask: NDArray[np.uint8], thicken_px: int) -> NDArray[np.uint8]:
    """Grow what is not background by some pixels on each side; ignored pixels do not grow.

    Args:
        mask: Class indices, shape (H, W).
        thicken_px: Pixels on each side.
    """
    if not thicken_px:
        return mask
    size = 2 * thicken_px + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    grown = np.asarray(cv2.dilate(np.where(mask == 255, 0, mask).astype(np.uint8), disc), np.uint8)
    return np.where(mask > 0, mask, grown)


def _fade(image: Image, fade: float) -> Image:
    """The image with less colour."""
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray(cv2.addWeighted(image, 1 - fade, grey, fade, 0), np.uint8)
