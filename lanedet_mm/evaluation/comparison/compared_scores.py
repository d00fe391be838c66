"""The scores that two models are compared by, as functions of sums over tiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lanedet_mm.evaluation.lines.line_scores import share
from lanedet_mm.evaluation.paired_bootstrap import Score, Values
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.summed_scores import summed_lane_iou, summed_line_f1

PRIMARY = 'lane_iou'


@dataclass(frozen=True)
class ComparedScore:
    """A score, the higher the better, in [0, 1].

    Attributes:
        counts: What of a tile's sums it is made of, shape (...).
        score: From counts that are summed up over tiles, shape (R, ...), to scores, shape (R,).
    """

    counts: Callable[[TileSums], Values]
    score: Score


def compared_scores(
    classes: Sequence[str], *, tolerance_m: float = 0.5
) -> dict[str, ComparedScore]:
    """Every score by its name, the primary one first.

    Args:
        classes: Class names; index 0 is the background.
        tolerance_m: Distance within which lines match, in ground metres; one of the evaluation's.
    """
    lines = partial(_line_counts, tolerance_m=tolerance_m)
    names = {
        'completeness': _completeness,
        'correctness': _correctness,
        'quality': _quality,
        'f1': summed_line_f1,
    }
    return {
        PRIMARY: ComparedScore(_confusion, summed_lane_iou),
        **{
            f'iou_{name}': ComparedScore(_confusion, partial(_class_iou, index=index))
            for index, name in enumerate(classes[1:], 1)
        },
        **{
            f'{name}_{tolerance_m:.2f}m': ComparedScore(lines, score)
            for name, score in names.items()
        },
    }


def _confusion(sums: TileSums) -> Values:
    return sums.confusion.astype(np.float64)


def _line_counts(sums: TileSums, *, tolerance_m: float) -> Values:
    return sums.lines.counts(tolerance_m)


def _class_iou(matrices: Values, *, index: int) -> Values:
    """IoU of one class, nan where the truth does not hold it."""
    right = matrices[..., index, index]
    in_truth, in_prediction = matrices.sum(-1)[..., index], matrices.sum(-2)[..., index]
    return share(right, np.where(in_truth > 0, in_truth + in_prediction - right, 0))


def _completeness(counts: Values) -> Values:
    return share(counts[..., 0], counts[..., 1])


def _correctness(counts: Values) -> Values:
    return share(counts[..., 2], counts[..., 3])


def _quality(counts: Values) -> Values:
    f1 = summed_line_f1(counts)
    return f1 / (2 - f1)  # as `score_lines` has it
