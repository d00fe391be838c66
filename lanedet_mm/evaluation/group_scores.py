"""Scores of parts of a set: its cities, its bands of ground resolution."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lanedet_mm.evaluation.confusion import ConfusionScores, Matrix, score_confusion

Key = TypeVar('Key', bound=Hashable)


@dataclass(frozen=True)
class SampleConfusion:
    """What one sample leaves behind.

    Attributes:
        matrix: Confusion matrix of the sample, shape (C, C).
        city: Where it is from, if that is known.
        ground_gsd_m: Ground metres per pixel, if that is known.
    """

    matrix: Matrix
    city: str | None = None
    ground_gsd_m: float | None = None


def score_groups(samples: Iterable[tuple[Key | None, Matrix]]) -> dict[Key, ConfusionScores]:
    """Scores of each group of samples, in the order of the groups' names.

    Args:
        samples: Group and confusion matrix of each sample; without a group it is left out.
    """
    total: dict[Key, Matrix] = {}
    for key, matrix in samples:
        if key is not None:
            total[key] = total.get(key, 0) + matrix
    return {key: score_confusion(total[key]) for key in sorted(total, key=str)}


def gsd_bin(ground_gsd_m: float | None, edges_m: Sequence[float]) -> str | None:
    """Name of the bin that a ground resolution lies in, such as `0.10-0.15`.

    Args:
        ground_gsd_m: Ground metres per pixel; None has no bin.
        edges_m: Edges between the bins in metres, rising. A bin holds its lower edge; below the
            first edge the bin begins at 0, from the last one on it ends at `inf`.
    """
    if ground_gsd_m is None:
        return None
    names = ['0', *(f'{edge:.2f}' for edge in edges_m), 'inf']
    at = int(np.searchsorted(np.asarray(edges_m, np.float64), ground_gsd_m, side='right'))
    return f'{names[at]}-{names[at + 1]}'
