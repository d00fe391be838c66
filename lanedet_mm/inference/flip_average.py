"""A model that looks at each window in the eight ways that it can lie."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import Image, LaneModel, Probabilities

WAYS = tuple((mirror, turns) for mirror in (False, True) for turns in range(4))


class FlipAverage:
    """Averages a model's probabilities over flips and quarter turns, at eight times the cost.

    Whichever way a window lies, the answer lies the same way, be the model as lopsided as it may.
    Windows may have any shape that the model takes, also turned.

    Args:
        model: What predicts a window.
    """

    def __init__(self, model: LaneModel) -> None:
        self.model = model
        self.classes = model.classes
        self.palette = model.palette
        self.tile_px = model.tile_px
        self.overlap_px = model.overlap_px
        self.ground_gsd_m = model.ground_gsd_m
        self.fixed_size = model.fixed_size
        self.has_probabilities = model.has_probabilities  # votes are none

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows; see `LaneModel`."""
        images = np.stack(tiles)
        # In 64 bit, where eight numbers of 32 bit add up to the same in whichever order.
        total: NDArray[np.float64] = np.zeros(())
        for mirror, turns in WAYS:
            seen = np.rot90(images[:, :, ::-1] if mirror else images, turns, axes=(1, 2))
            answer = self.model([np.ascontiguousarray(one) for one in seen])
            back = np.rot90(answer, -turns, axes=(2, 3))
            total = total + (back[..., ::-1] if mirror else back).astype(np.float64)
        return np.asarray(total / len(WAYS), np.float32)
