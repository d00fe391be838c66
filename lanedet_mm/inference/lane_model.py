"""What the windows need to know of a model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Probabilities = NDArray[np.float32]


class LaneModel(Protocol):
    """A segmentor, whatever runs it.

    Attributes:
        classes: Class names; index 0 is the background.
        palette: RGB colour of each class.
        tile_px: Side of the windows that it was made for; None where nothing says.
        overlap_px: What such windows should share; None where nothing says.
        ground_gsd_m: Least and greatest ground metres per pixel that it was trained on; None where
            nothing says.
        fixed_size: Whether it takes windows of `tile_px` and no others.
        has_probabilities: Whether it says how probable a class is; else the one it names has 1.
    """

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    tile_px: int | None
    overlap_px: int | None
    ground_gsd_m: tuple[float, float] | None
    fixed_size: bool
    has_probabilities: bool

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows.

        Args:
            tiles: Windows of one size in BGR, shape (H, W, 3).

        Returns:
            Probabilities in [0, 1], shape (N, C, H, W).
        """
