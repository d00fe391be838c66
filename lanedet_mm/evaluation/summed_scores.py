"""Scores of many sums of counts at once, for resampling."""

import warnings

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.lines.line_scores import harmonic_mean, share

Values = NDArray[np.float64]


def summed_lane_iou(matrices: Values) -> Values:
    """Lane IoU of confusion matrices, as `score_confusion` has it.

    Args:
        matrices: Pixels with true class row and predicted class column, shape (..., C, C).

    Returns:
        Mean IoU of the lane classes that the truth holds, shape (...); nan if it holds none.
    """
    right = np.einsum('...cc->...c', matrices)
    in_truth, in_prediction = matrices.sum(-1), matrices.sum(-2)
    union = np.where(in_truth > 0, in_truth + in_prediction - right, 0)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', RuntimeWarning)  # of a mean of nothing, which is nan
        mean: Values = np.nanmean(share(right, union)[..., 1:], axis=-1)
    return mean


def summed_line_f1(counts: Values) -> Values:
    """F1 of lengths, as `score_lines` has it.

    Args:
        counts: Found truth, truth, right prediction and prediction as `LineSums.counts` has them,
            shape (..., 4).

    Returns:
        Harmonic mean of completeness and correctness, shape (...).
    """
    found, truth, right, predicted = np.moveaxis(counts, -1, 0)
    return harmonic_mean(share(found, truth), share(right, predicted))
