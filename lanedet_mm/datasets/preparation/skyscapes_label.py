"""Label images of SkyScapes-Lane, from colours to class indices."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.skyscapes_classes import SKYSCAPES_LANE_CLASSES
from lanedet_mm.imagery import ImageError

_UNKNOWN = 254


def class_indices(label_bgr: NDArray[np.uint8], path: Path | str) -> NDArray[np.uint8]:
    """Class index of each pixel of a label image.

    Args:
        label_bgr: Colours of the classes, BGR, shape (H, W, 3).
        path: Where the label is from, for the error.

    Returns:
        Indices into `SKYSCAPES_LANE_CLASSES`, shape (H, W).

    Raises:
        ImageError: If a pixel has a colour that is no class's.
    """
    blue, green, red = (label_bgr[..., channel].astype(np.uint32) for channel in range(3))
    packed = red << 16 | green << 8 | blue
    indices = _index_by_colour()[packed]
    unknown = indices == _UNKNOWN
    if unknown.any():
        row, col = np.unravel_index(unknown.argmax(), unknown.shape)
        rgb = tuple(int(value) for value in label_bgr[row, col, ::-1])
        raise ImageError(
            path,
            f'{int(unknown.sum())} pixels have colours of no class, the first one RGB {rgb} at '
            f'(row, col) = ({row}, {col}); needed are the colours of SkyScapes-Lane, as a PNG '
            'that has been neither resized nor compressed with loss',
        )
    return indices


@cache
def _index_by_colour() -> NDArray[np.uint8]:
    """Class index of each packed colour, shape (2**24,)."""
    table = np.full(1 << 24, _UNKNOWN, np.uint8)
    for index, one in enumerate(SKYSCAPES_LANE_CLASSES):
        red, green, blue = one.rgb
        table[red << 16 | green << 8 | blue] = index
    return table
