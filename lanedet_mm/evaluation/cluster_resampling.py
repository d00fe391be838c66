"""Sums over clusters of tiles, drawn with replacement.

Tiles of one ground block share road, light and wear, and overlap: they are drawn together. Few
clusters make a bootstrap too sure of itself; its quantiles are those that make up for it, after
Hesterberg 2015, "What teachers should know about the bootstrap" (expanded percentiles: Student's t,
n / (n - 1)).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Values = NDArray[np.float64]


def cluster_sums(counts: Values, clusters: Sequence[object] | NDArray[np.generic]) -> Values:
    """Sums of each cluster.

    Args:
        counts: What is counted in each tile, shape (N, ...).
        clusters: Cluster of each tile, length N.

    Returns:
        In the order in which the clusters come, shape (K, ...).
    """
    names: dict[object, int] = {}
    owner = [names.setdefault(one, len(names)) for one in clusters]
    sums = np.zeros((len(names), *counts.shape[1:]))
    np.add.at(sums, owner, counts)
    return sums


def resampled_sums(sums: Values, resamples: int, rng: np.random.Generator) -> Values:
    """Sums over as many clusters as there are, drawn with replacement.

    Args:
        sums: Of each cluster, shape (K, ...).
        resamples: How many times they are drawn, R.
        rng: Of the draws.

    Returns:
        Shape (R, ...).
    """
    count = len(sums)
    drawn = rng.integers(count, size=(resamples, count)) + count * np.arange(resamples)[:, None]
    times = np.bincount(drawn.ravel(), minlength=resamples * count).reshape(resamples, count)
    return np.asarray(np.tensordot(times.astype(np.float64), sums, 1))


def expanded_interval(values: Values, clusters: int, confidence: float) -> tuple[float, float]:
    """Ends of the interval that so many clusters warrant; nan for less than two of them.

    Args:
        values: Score of each resample, finite, shape (R,).
        clusters: How many clusters were drawn from.
        confidence: Level of the interval, in (0, 1).
    """
    if clusters < 2 or not len(values):
        return float('nan'), float('nan')
    widen = np.sqrt(clusters / (clusters - 1))
    tail = stats.norm.cdf(widen * stats.t(clusters - 1).ppf((1 - confidence) / 2))
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
