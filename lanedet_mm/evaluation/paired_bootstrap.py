"""Is model B better than model A, or did the tiles fall that way?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

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

    Tiles of one ground block share road, light and wear, and overlap: they are drawn together, and
    the score is that of the summed counts, as over a whole set. Few clusters make a bootstrap too
    sure of itself; its quantiles are those that make up for it, after Hesterberg 2015, "What
    teachers should know about the bootstrap" (expanded percentiles: Student's t, n / (n - 1)).

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
    blocks = _block_sums(np.stack([a, b], 1), clusters)
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


def _block_sums(counts: Values, clusters: Sequence[object] | NDArray[np.generic]) -> Values:
    """Counts of each cluster, shape (K, 2, ...)."""
    names: dict[object, int] = {}
    owner = [names.setdefault(one, len(names)) for one in clusters]
    sums = np.zeros((len(names), *counts.shape[1:]))
    np.add.at(sums, owner, counts)
    return sums


def _resampled(blocks: Values, score: Score, resamples: int, rng: np.random.Generator) -> Values:
    """Score of B minus score of A in each resample that has both, shape (R,)."""
    count = len(blocks)
    drawn = rng.integers(count, size=(resamples, count)) + count * np.arange(resamples)[:, None]
    times = np.bincount(drawn.ravel(), minlength=resamples * count).reshape(resamples, count)
    sums = np.tensordot(times.astype(np.float64), blocks, 1)  # (R, 2, ...)
    differences = score(sums[:, 1]) - score(sums[:, 0])
    return differences[np.isfinite(differences)]


def _interval(differences: Values, clusters: int, confidence: float) -> tuple[float, float, float]:
    """Ends of the interval, and the p value that agrees with it."""
    if clusters < 2 or not len(differences):
        return float('nan'), float('nan'), float('nan')
    student, widen = stats.t(clusters - 1), np.sqrt(clusters / (clusters - 1))
    tail = stats.norm.cdf(widen * student.ppf((1 - confidence) / 2))
    low, high = np.quantile(differences, [tail, 1 - tail])
    # One of the resamples may always have been on the other side: no p value is 0.
    beyond = min((differences <= 0).sum(), (differences >= 0).sum()) + 1
    side = min(beyond / (len(differences) + 1), 0.5)
    return float(low), float(high), float(2 * student.cdf(stats.norm.ppf(side) / widen))
