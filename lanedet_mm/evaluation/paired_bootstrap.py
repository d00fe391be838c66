"""Is model B better than model A, or did the tiles fall that way?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lanedet_mm.evaluation.cluster_resampling import (
    cluster_sums,
    expanded_interval,
    resampled_sums,
)

Counts = NDArray[np.number]
Values = NDArray[np.float64]
Score = Callable[[Values], Values]


@dataclass(frozen=True)
class PairedDifference:
    """What two models that saw the same tiles differ by.

    Attributes:
        score_a: Score of the first model over all tiles.
        score_b: Score of the second one.
        low: Lower end of the confidence interval of the difference; nan where there is none. Less
            than five clusters cannot show how far it would have to reach: go by the p value.
        high: Upper end.
        p_value: Two-sided, of no difference; nan where there is none.
        confidence: Level of the interval, in (0, 1).
        tiles: How many tiles there were.
        clusters: How many clusters they lie in; an interval needs two.
        resamples: How many resamples had a score of both models.
    """

    score_a: float
    score_b: float
    low: float
    high: float
    p_value: float
    confidence: float
    tiles: int
    clusters: int
    resamples: int

    @property
    def difference(self) -> float:
        """Score of B minus score of A."""
        return self.score_b - self.score_a

    @property
    def is_found(self) -> bool:
        """Whether no difference is less likely than the confidence allows; False without one."""
        return self.p_value < 1 - self.confidence


def paired_bootstrap(
    counts_a: Counts,
    counts_b: Counts,
    clusters: Sequence[object] | NDArray[np.generic],
    score: Score,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> PairedDifference:
    """Resample clusters of tiles, the same ones for both models.

    The score is that of the summed counts, as over a whole set. `cluster_resampling` says why
    clusters, and how few of them are made up for.

    Args:
        counts_a: What the first model's score is made of, for each tile, shape (N, ...).
        counts_b: Likewise of the second one, for the same tiles in the same order.
        clusters: Ground block of each tile, length N.
        score: Scores of summed counts, shape (R, ...) to (R,); nan where there is none.
        confidence: Level of the interval, in (0, 1).
        resamples: How many times clusters are drawn; no p value is below what so many can show.
        seed: Of the draws.

    Raises:
        ValueError: If the shapes do not fit, there is no tile, or the confidence is no share.
    """
    a, b = (np.asarray(counts, np.float64) for counts in (counts_a, counts_b))
    if a.shape != b.shape or len(a) != len(clusters) or not len(a):
        raise ValueError(
            f'counts have shapes {a.shape} and {b.shape}, for {len(clusters)} clusters; needed are '
            'the same tiles in the same order, at least one, and the cluster of each'
        )
    if not 0 < confidence < 1:
        raise ValueError(f'confidence is {confidence}; needed is a share such as 0.95')
    blocks = cluster_sums(np.stack([a, b], 1), clusters)
    score_a, score_b = score(blocks.sum(0))
    differences = _resampled(blocks, score, resamples, np.random.default_rng(seed))
    low, high, p_value = _interval(differences, len(blocks), confidence)
    return PairedDifference(
        score_a=float(score_a),
        score_b=float(score_b),
        low=low,
        high=high,
        p_value=p_value,
        confidence=confidence,
        tiles=len(a),
        clusters=len(blocks),
        resamples=len(differences),
    )


def paired_bootstrap_by_group(
    counts_a: Counts,
    counts_b: Counts,
    clusters: Sequence[object] | NDArray[np.generic],
    groups: Sequence[str | None],
    score: Score,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[str, PairedDifference]:
    """`paired_bootstrap` of each group of tiles, such as a city, in the order of their names.

    Args:
        counts_a: See there, like `counts_b`, `clusters`, `score` and the options.
        counts_b: See there.
        clusters: See there.
        groups: Group of each tile, length N; None is in none.
        score: See there.
        confidence: See there.
        resamples: See there.
        seed: See there.
    """
    result = {}
    for group in sorted({one for one in groups if one is not None}):
        mine = np.array([one == group for one in groups])
        result[group] = paired_bootstrap(
            np.asarray(counts_a)[mine],
            np.asarray(counts_b)[mine],
            [one for one, is_mine in zip(clusters, mine, strict=True) if is_mine],
            score,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        )
    return result


def _resampled(blocks: Values, score: Score, resamples: int, rng: np.random.Generator) -> Values:
    """Score of B minus score of A in each resample that has both, shape (R,)."""
    sums = resampled_sums(blocks, resamples, rng)  # (R, 2, ...)
    differences = score(sums[:, 1]) - score(sums[:, 0])
    return differences[np.isfinite(differences)]


def _interval(differences: Values, clusters: int, confidence: float) -> tuple[float, float, float]:
    """Ends of the interval, and the p value that agrees with it."""
    low, high = expanded_interval(differences, clusters, confidence)
    if clusters < 2 or not len(differences):
        return low, high, float('nan')
    student, widen = stats.t(clusters - 1), np.sqrt(clusters / (clusters - 1))
    # One of the resamples may always have been on the other side: no p value is 0.
    beyond = min((differences <= 0).sum(), (differences >= 0).sum()) + 1
    side = min(beyond / (len(differences) + 1), 0.5)
    return low, high, float(2 * student.cdf(stats.norm.ppf(side) / widen))
