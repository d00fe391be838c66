"""Reliability, its error, and the thresholds that a user would set."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.calibration.calibration_sums import CalibrationSums

FILE_NAME = 'calibration.json'
CORRECTNESS = (0.80, 0.90, 0.95)
_CURVE_BINS = 20


def calibration_report(
    sums: CalibrationSums, classes: Sequence[str], *, correctness: Sequence[float] = CORRECTNESS
) -> dict[str, Any]:
    """What `calibration.json` holds; None where there is nothing to tell.

    `ece` is the expected calibration error (Guo et al. 2017) in 20 bins, over two sets of pixels:

    - of `lane`, all lane classes together, over the pixels that are predicted or labelled lane: the
      confidence is that of the predicted class, be it the background, which is then wrong;
    - of a class, over the pixels that are predicted or labelled as that class: the confidence is
      that class's own, however low.

    Pixels that are in because of their label make even an honest model look unsure: who says 0.3
    and is right every third time is met here at that third alone. `ece_predicted` is over the
    predicted pixels only, where an honest model has 0.

    Args:
        sums: Of the whole set.
        classes: Class names; index 0 is the background.
        correctness: Wanted shares of right pixels; see `confidence_threshold`.
    """
    everything = {
        'ece': _error(_curve(sums.predicted.sum(0), sums.confidence.sum(0), sums.correct.sum(0))),
        **_predicted(sums, slice(1, None)),
    }
    by_class = {}
    for index, name in enumerate(classes[1:], 1):
        missed = sums.missed[index]
        with_missed = _curve(
            sums.predicted[index] + missed,
            sums.confidence[index] + sums.missed_confidence[index],
            sums.correct[index] + missed,
        )
        by_class[name] = {
            'ece': _error(with_missed),
            **_predicted(sums, slice(index, index + 1)),
            'thresholds': [confidence_threshold(sums, index, wanted) for wanted in correctness],
            'best': best_threshold(sums, index),
        }
    return {'lane': everything, 'classes': by_class}


def confidence_threshold(
    sums: CalibrationSums, class_index: int, correctness: float
) -> dict[str, float | None]:
    """The lowest threshold from which on a class is as often right as wanted.

    A pixel is painted if the class is its most probable lane class and has at least this
    probability, as `inference.ClassThresholds` does it. Thresholds are edges of bins.

    Args:
        sums: Of the whole set.
        class_index: The lane class.
        correctness: Share of its painted pixels that has to be right, in [0, 1].

    Returns:
        `wanted`, `threshold`, the `correctness` that it gives and the `completeness` that it
        leaves: share of the class's true pixels that are painted. None where no threshold gives as
        much.
    """
    kept, right = _painted(sums, class_index)
    reached = np.flatnonzero((kept > 0) & (right >= correctness * kept))
    at = int(reached[0]) if len(reached) else None
    truth = _true_pixels(sums, class_index)
    return {'wanted': correctness, **_at_threshold(sums, at, kept, right, truth)}


def best_threshold(sums: CalibrationSums, class_index: int) -> dict[str, float | None]:
    """The threshold of the greatest F1 of a class's pixels, the highest of several.

    Args:
        sums: Of the whole set.
        class_index: The lane class.

    Returns:
        As `confidence_threshold` without `wanted`, and `f1` in [0, 1]. None where there is no true
        pixel, or none is offered.
    """
    kept, right = _painted(sums, class_index)
    truth = _true_pixels(sums, class_index)
    if not truth or not kept.any():
        return {**_at_threshold(sums, None, kept, right, truth), 'f1': None}
    f1 = 2 * right / (kept + truth)
    at = len(f1) - 1 - int(f1[::-1].argmax())
    return {**_at_threshold(sums, at, kept, right, truth), 'f1': float(f1[at])}


def _painted(
    sums: CalibrationSums, class_index: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Painted pixels and right ones among them, by the bin that the threshold is the edge of.

    The first bin, whose edge is 0, is left out: nothing is painted there.
    """
    tables = (sums.offered, sums.offered_right)
    kept, right = (np.cumsum(table[class_index, ::-1])[::-1] for table in tables)
    kept[0] = right[0] = 0
    return kept, right


def _at_threshold(
    sums: CalibrationSums,
    at: int | None,
    kept: NDArray[np.int64],
    right: NDArray[np.int64],
    truth: int,
) -> dict[str, float | None]:
    """What a threshold at the lower edge of a bin gives."""
    if at is None:
        return dict.fromkeys(('threshold', 'correctness', 'completeness'))
    return {
        'threshold': round(float(sums.edges[at]), 6),
        'correctness': float(right[at] / kept[at]) if kept[at] else None,
        'completeness': float(right[at] / truth) if truth else None,
    }


def _true_pixels(sums: CalibrationSums, class_index: int) -> int:
    return int(sums.correct[class_index].sum() + sums.missed[class_index].sum())


def _predicted(sums: CalibrationSums, rows: slice) -> dict[str, Any]:
    """Error and curve over the predicted pixels of some classes."""
    curve = _curve(
        sums.predicted[rows].sum(0), sums.confidence[rows].sum(0), sums.correct[rows].sum(0)
    )
    return {'ece_predicted': _error(curve), 'reliability': curve}


def _curve(
    count: NDArray[np.int64], confidence: NDArray[np.float64], correct: NDArray[np.int64]
) -> list[dict[str, float]]:
    """Pixels, mean confidence and share of right ones, for each bin that holds any."""
    size = -(-len(count) // _CURVE_BINS)
    sums = [
        np.add.reduceat(one, np.arange(0, len(one), size)) for one in (count, confidence, correct)
    ]
    return [
        {'pixels': int(n), 'confidence': float(sure / n), 'correct': float(right / n)}
        for n, sure, right in zip(*sums, strict=True)
        if n
    ]


def _error(curve: list[dict[str, float]]) -> float | None:
    """Mean distance of confidence and share of right pixels, weighted by pixels."""
    total = sum(one['pixels'] for one in curve)
    apart = sum(one['pixels'] * abs(one['confidence'] - one['correct']) for one in curve)
    return apart / total if total else None
