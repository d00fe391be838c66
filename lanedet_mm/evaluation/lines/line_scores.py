"""Scores of lines, read off sums of lengths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.lines.line_sums import LineSums

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LineScores:
    """Scores per tolerance and class; nan where there is nothing to score.

    The definitions are Heipke, Mayer, Wiedemann & Jamet 1997 and Wiedemann 2003. Every metre of
    truth is found once at most, however many predictions run along it, but every metre of
    prediction near a true line is correct: two predictions along one line have correctness 1,
    and it is `redundancy` that tells of the second one.

    Index 0 of the class axis is all lane classes together, whichever class a line has.

    Attributes:
        completeness: Share of the true length that is found, shape (T, C).
        correctness: Share of the predicted length that is right, shape (T, C).
        quality: Found and right among all there is: completeness x correctness /
            (completeness + correctness - their product), so that redundancy earns nothing, shape
            (T, C). 0 if there is only truth or only prediction.
        f1: Harmonic mean of completeness and correctness, shape (T, C). 0 likewise.
        redundancy: Right predicted length beyond the found true length, as a share of the
            predicted length, shape (T, C); next to 0 is good, below 0 is rounding.
        rms_m: Root mean square distance of the right prediction to the truth, shape (T, C).
        class_accuracy: Share of the found true length whose nearest prediction has the right
            class, shape (T,).
        confusion: Shares of the found true length of class row by predicted class, shape
            (T, C, C).
        pixel_f1: Harmonic mean of the shares of true and predicted paint (area, all lane classes
            together) with the other one within the tolerance, shape (T,).
    """

    completeness: Scores
    correctness: Scores
    quality: Scores
    f1: Scores
    redundancy: Scores
    rms_m: Scores
    class_accuracy: Scores
    confusion: Scores
    pixel_f1: Scores


def score_lines(sums: LineSums) -> LineScores:
    """Read the scores off the sums of one tile or many."""
    completeness = share(sums.found_truth_m, sums.truth_m)
    correctness = share(sums.right_predicted_m, sums.predicted_m)
    f1 = harmonic_mean(completeness, correctness)
    found = sums.confusion_m.sum(2)
    same = np.einsum('tcc->t', sums.confusion_m)
    return LineScores(
        completeness=completeness,
        correctness=correctness,
        quality=f1 / (2 - f1),  # the same formula, for f1 = 2 * product / sum
        f1=f1,
        redundancy=share(sums.right_predicted_m - sums.found_truth_m, sums.predicted_m),
        rms_m=np.sqrt(share(sums.squared_error_m3, sums.right_predicted_m)),
        class_accuracy=share(same, found.sum(1)),
        confusion=share(sums.confusion_m, found[..., None]),
        pixel_f1=harmonic_mean(
            share(sums.found_truth_m2, sums.truth_m2),
            share(sums.right_predicted_m2, sums.predicted_m2),
        ),
    )


def share(part: Scores, whole: Scores | float) -> Scores:
    """`part` of `whole`, nan where there is no whole; the shapes are broadcast."""
    part, whole = np.broadcast_arrays(part, whole)
    result: Scores = np.full(part.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def harmonic_mean(first: Scores, second: Scores) -> Scores:
    """Harmonic mean of two shares; nan where both are nan, 0 where one is 0 or nan."""
    both = np.nan_to_num(first) * np.nan_to_num(second)
    mean = share(2 * both, np.nan_to_num(first) + np.nan_to_num(second))
    return np.where(np.isnan(first) & np.isnan(second), np.nan, np.nan_to_num(mean))
