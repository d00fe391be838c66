"""Where a prediction is right, and how it is wrong where it is not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from lanedet_mm.lanes import IGNORE_INDEX

Mask = NDArray[np.uint8]

FOUND, WRONG_CLASS, MISSED, FALSE = 1, 2, 3, 4
ERROR_NAMES = ('', 'found', 'wrong class', 'missed', 'false paint')
ERROR_PALETTE: Sequence[tuple[int, int, int]] = (
    (0, 0, 0),
    (90, 205, 110),
    (245, 240, 80),
    (255, 0, 150),
    (255, 120, 0),
)


def error_map(truth: Mask, predicted: Mask, *, tolerance_px: float = 3.0) -> Mask:
    """Sort the pixels of lanes by what the prediction did to them.

    For the eye, not for a score: a line of three pixels that lies one pixel off has half of its
    pixels wrong, and looks right. A pixel counts as found within a tolerance, of its own class
    or of another.

    Args:
        truth: Class indices, 0 background, 255 ignored, shape (H, W).
        predicted: Class indices, the same shape.
        tolerance_px: How far a line may lie from the true one.

    Returns:
        0, `FOUND`, `WRONG_CLASS` and `MISSED` where the truth has a lane, `FALSE` where a lane is
        predicted away from every true one; shape (H, W).
    """
    if truth.shape != predicted.shape:
        raise ValueError(f'truth of shape {truth.shape}, prediction of shape {predicted.shape}')
    lane = (truth > 0) & (truth != IGNORE_INDEX)
    painted = predicted > 0
    near_paint = _within(painted, tolerance_px)
    right_class = np.zeros_like(lane)
    for index in np.unique(truth[lane]):
        right_class |= (truth == index) & _within(predicted == index, tolerance_px)
    result = np.zeros(truth.shape, np.uint8)
    # Ignored ground excuses paint as a lane does: its lanes are real, only of no class.
    result[painted & ~_within(truth > 0, tolerance_px)] = FALSE
    result[lane] = MISSED
    result[lane & near_paint] = WRONG_CLASS
    result[right_class] = FOUND
    return result


def _within(mask: NDArray[np.bool_], distance_px: float) -> NDArray[np.bool_]:
    """Pixels at most so far from a pixel of the mask."""
    if not mask.any():
        return np.zeros_like(mask)
    distance = np.asarray(distance_transform_edt(~mask))
    return np.asarray(distance <= distance_px)
