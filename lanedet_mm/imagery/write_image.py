"""Pixels to image files."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery.write_atomically import write_atomically


def write_image(path: Path, pixels: NDArray[np.uint8], *, options: Sequence[int] = ()) -> None:
    """Write an image that is there whole or not at all; its folder is made.

    Args:
        path: The file; its suffix says the kind.
        pixels: BGR, shape (H, W, 3), or one channel, shape (H, W).
        options: Pairs of flag and value for OpenCV, such as `(cv2.IMWRITE_JPEG_QUALITY, 92)`.

    Raises:
        ValueError: If OpenCV does not write such pixels, or such files.
    """
    try:
        done, data = cv2.imencode(path.suffix, pixels, list(options))
    except cv2.error as error:
        raise ValueError(f'{path}: OpenCV cannot write {pixels.shape} ({error.err})') from None
    if not done:
        raise ValueError(f'{path}: OpenCV cannot write {pixels.shape} as {path.suffix}')
    write_atomically(path, data.data)
