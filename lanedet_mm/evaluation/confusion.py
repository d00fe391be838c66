"""One confusion matrix over a whole set, and the scores that are read off it."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class ConfusionScores:
    """Scores of a confusion matrix, as shares in [0, 1]; nan where there is nothing to score.

    Attributes:
        iou: Intersection over union of each class, shape (C,); nan for a class that the truth
            does not hold, even where it is predicted: its false paint costs the other classes.
        precision: Share of a class's predicted pixels that are right; nan if none is predicted.
        recall: Share of a class's true pixels that are found; nan if there is none.
        accuracy: Share of all pixels that are right.
    """

    iou: Scores
    precision: Scores
    recall: Scores
    accuracy: float

    @property
    def lane_iou(self) -> float:
        """Mean IoU over the lane classes that the truth holds; class 0 is the background."""
        return _mean(self.iou[1:])

    @property
    def mean_iou(self) -> float:
        """Mean IoU over all classes that the truth holds."""
        return _mean(self.iou)


def confusion_matrix(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    num_classes: int,
    *,
    ignore_index: int = 255,
) -> Matrix:
    """Count the pixels of each pair of true and predicted class.

    Args:
        predicted: Class indices, any shape.
        truth: Class indices or `ignore_index`, the same shape.
        num_classes: Number of classes, C.
        ignore_index: True value of the pixels that count for nothing.

    Returns:
        Pixels with true class row and predicted class column, shape (C, C).

    Raises:
        ValueError: If the shapes differ, or a value is neither a class nor `ignore_index`.
    """
    if predicted.shape != truth.shape:
        raise ValueError(
            f'the prediction has shape {predicted.shape} and the truth {truth.shape}; they must '
            'be equal: predict at the size of the label'
        )
    # Nearly all pixels are background in both; they are counted by what is left.
    lane = np.flatnonzero((predicted != 0) | (truth != 0))
    true_index, predicted_index = truth.reshape(-1)[lane], predicted.reshape(-1)[lane]
    valid = true_index != ignore_index
    # In 64 bit, because 8-bit arithmetic wraps around.
    true_index = true_index[valid].astype(np.int64)
    predicted_index = predicted_index[valid].astype(np.int64)
    for what, index in (('truth', true_index), ('prediction', predicted_index)):
        outside = (index < 0) | (index >= num_classes)
        if outside.any():
            raise ValueError(
                f'the {what} holds the value {index[outside][0]} in {outside.sum()} pixels; needed '
                f'are classes 0 to {num_classes - 1}, or {ignore_index} for truth to be ignored'
            )
    pair = true_index * num_classes + predicted_index
    matrix = np.bincount(pair, minlength=num_classes**2).reshape(num_classes, num_classes)
    if ignore_index != 0:
        matrix[0, 0] += truth.size - len(lane)
    return matrix


def score_confusion(matrix: Matrix) -> ConfusionScores:
    """Read the scores off a confusion matrix.

    Args:
        matrix: Pixels with true class row and predicted class column, shape (C, C).
    """
    right = np.diag(matrix).astype(np.float64)
    in_truth, in_prediction = matrix.sum(1), matrix.sum(0)
    union = np.where(in_truth > 0, in_truth + in_prediction - right, 0)
    return ConfusionScores(
        iou=_share(right, union),
        precision=_share(right, in_prediction),
        recall=_share(right, in_truth),
        accuracy=float(_share(right.sum(), matrix.sum())),
    )


def _share(part: Scores, whole: NDArray[np.number]) -> Scores:
    """`part` of `whole`, nan where there is no whole."""
    share: Scores = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=share, where=np.asarray(whole > 0))
    return share


def _mean(scores: Scores) -> float:
    """Mean of what is not nan; nan, without numpy's warning, if all is."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', RuntimeWarning)
        return float(np.nanmean(scores))
