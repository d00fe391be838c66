"""Whether two models say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import LaneModel

MAX_CHANGED = 1e-3


@dataclass(frozen=True)
class Parity:
    """How far two models are apart on the same images.

    Attributes:
        changed: Share of the pixels whose class differs, in [0, 1].
        max_difference: Greatest difference of a probability, in [0, 1].
        pixels: Number of pixels compared.
        where: Index of the image and row, column of its first pixel that differs; None if none.
    """

    changed: float
    max_difference: float
    pixels: int
    where: tuple[int, int, int] | None

    @property
    def agrees(self) -> bool:
        """Whether the classes differ on at most 0.1 % of the pixels."""
        return self.changed <= MAX_CHANGED


def compare_models(one: LaneModel, other: LaneModel, images: Sequence[NDArray[np.uint8]]) -> Parity:
    """Run both models on each image by itself.

    Args:
        one: The reference.
        other: What has to agree with it.
        images: At least one, BGR, shape (H, W, 3).

    Returns:
        The figures over all pixels of all images.
    """
    changed = pixels = 0
    difference, where = 0.0, None
    for index, image in enumerate(images):
        mine, its = one([image])[0], other([image])[0]
        if mine.shape != its.shape:
            raise ValueError(f'probabilities of shape {mine.shape} and {its.shape}; export again')
        differs = mine.argmax(0) != its.argmax(0)
        if where is None and differs.any():
            row, col = np.argwhere(differs)[0]
            where = (index, int(row), int(col))
        changed += int(differs.sum())
        pixels += differs.size
        difference = max(difference, float(np.abs(mine - its).max()))
    return Parity(changed / pixels, difference, pixels, where)
