"""Confidence against truth, summed up in bins, so that memory does not grow with the set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.addable import Addable

Counts = NDArray[np.int64]
Values = NDArray[np.float64]
BINS = 100


@dataclass(frozen=True, eq=False)
class CalibrationSums(Addable):
    """What was said about lane pixels of one tile or many. C classes, B bins of confidence.

    Lane pixels are those that are predicted or labelled lane; the rest, 97 % of an image and right
    next to always, would hide everything. Predicted is the class with the highest probability. A
    bin holds its lower edge; the last one also holds 1.

    What is offered are all pixels by their most probable lane class, whatever the background has:
    thresholds (`inference.ClassThresholds`) choose among them.

    Attributes:
        predicted: Lane pixels by predicted class and its probability, shape (C, B). Row 0 is paint
            that was taken for background.
        confidence: Sums of that probability, shape (C, B).
        correct: How many of them are of that class, shape (C, B); row 0 is 0.
        missed: Pixels of the label's class that were predicted to be another one, by the label's
            class and its probability, shape (C, B); row 0 is 0.
        missed_confidence: Sums of that probability, shape (C, B).
        offered: Pixels by their most probable lane class and its probability, shape (C, B), but
            for those of the first bin; row 0 is 0.
        offered_right: How many of them are of that class, shape (C, B); row 0 is 0.
    """

    predicted: Counts
    confidence: Values
    correct: Counts
    missed: Counts
    missed_confidence: Values
    offered: Counts
    offered_right: Counts

    @classmethod
    def of_probabilities(
        cls,
        probabilities: NDArray[np.floating],
        truth: NDArray[np.integer],
        *,
        bins: int = BINS,
        ignore_index: int = 255,
    ) -> 'CalibrationSums':
        """Sum up one image or window.

        Args:
            probabilities: In [0, 1], shape (C, H, W).
            truth: Class indices or `ignore_index`, shape (H, W).
            bins: Number of bins, B.
            ignore_index: True value of the pixels that count for nothing.

        Raises:
            ValueError: If the shapes do not fit.
        """
        if probabilities.shape[1:] != truth.shape:
            raise ValueError(
                f'probabilities have shape {probabilities.shape} and the truth {truth.shape}; '
                'needed are (C, H, W) and (H, W)'
            )
        classes = len(probabilities)
        said = probabilities.argmax(0)
        is_lane = (truth != ignore_index) & ((said != 0) | (truth != 0))
        chosen = probabilities[:, is_lane]  # (C, N)
        said, label = said[is_lane], truth[is_lane].astype(np.intp)
        sure, true_sure = (np.take_along_axis(chosen, one[None], 0)[0] for one in (said, label))
        right, lost = said == label, (said != label) & (label != 0)
        shape = (classes, bins)
        predicted, confidence = _binned(said, sure, shape)
        correct, _ = _binned(said[right], sure[right], shape)
        missed, missed_confidence = _binned(label[lost], true_sure[lost], shape)
        offer = probabilities[1:].argmax(0) + 1
        best = probabilities[1:].max(0)
        above = (truth != ignore_index) & (best >= _edges(bins)[1])
        offer, best, hit = offer[above], best[above], (offer == truth)[above]
        offered, _ = _binned(offer, best, shape)
        offered_right, _ = _binned(offer[hit], best[hit], shape)
        return cls(
            predicted, confidence, correct, missed, missed_confidence, offered, offered_right
        )

    def __add__(self, other: 'CalibrationSums') -> 'CalibrationSums':
        if self.predicted.shape != other.predicted.shape:
            raise ValueError(
                f'sums have shapes {self.predicted.shape} and {other.predicted.shape}; to add them '
                'up, use the same classes and bins'
            )
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return CalibrationSums(*(mine + its for mine, its in pairs))

    @property
    def edges(self) -> NDArray[np.float32]:
        """Edges of the bins, shape (B + 1,)."""
        return _edges(self.predicted.shape[1])


def _edges(bins: int) -> NDArray[np.float32]:
    # In the precision of probabilities, so that 0.29 lies in the bin that begins with it.
    return np.linspace(0, 1, bins + 1).astype(np.float32)


def _binned(
    row: NDArray[np.intp], value: NDArray[np.floating], shape: tuple[int, int]
) -> tuple[Counts, Values]:
    """Numbers and sums of values in each bin of each row."""
    at = np.searchsorted(_edges(shape[1])[1:-1], value.astype(np.float32), side='right')
    flat, size = row * shape[1] + at, shape[0] * shape[1]
    counts: Counts = np.bincount(flat, minlength=size).astype(np.int64)
    sums: Values = np.bincount(flat, weights=value, minlength=size).astype(np.float64)
    return counts.reshape(shape), sums.reshape(shape)
