"""What the pixels of an image must be, whatever has read them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery.image_error import ImageError


def check_depth(values: str, path: Path | str) -> None:
    """Refuse values of more or less than 8 bits.

    Args:
        values: Their kind, such as `uint16`.
        path: The file, for the message.

    Raises:
        ImageError: If it is not `uint8`.
    """
    if values != 'uint8':
        raise ImageError(
            path,
            f'holds {values} values; needed are 8 bits: convert it with a stretch of your '
            'choice, the same for all tiles',
        )


def check_opaque(opacity: NDArray[np.uint8], path: Path | str, *, hint: str = '') -> None:
    """Refuse an image with holes.

    Args:
        opacity: 255 where the image is opaque, shape (H, W).
        path: The file, for the message.
        hint: What else the user may do, behind the message.

    Raises:
        ImageError: If a pixel is not opaque.
    """
    clear = int((opacity != 255).sum())
    if clear:
        raise ImageError(
            path,
            f'has {clear} pixels that are not opaque; needed is an image without holes: fill '
            f'them or leave the tile out{hint}',
        )
