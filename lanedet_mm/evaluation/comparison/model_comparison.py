"""What two models differ by, over all tiles and in each city and scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lanedet_mm.evaluation.comparison.compared_scores import PRIMARY, compared_scores
from lanedet_mm.evaluation.comparison.holm import holm
from lanedet_mm.evaluation.comparison.match_tiles import TilePair, match_tiles
from lanedet_mm.evaluation.paired_bootstrap import PairedDifference, paired_bootstrap
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums

ALL = 'all'


class Key(NamedTuple):
    """A comparison: `all`, `city NAME` or `scenario NAME`, and the name of the score."""

    group: str
    score: str


@dataclass(frozen=True)
class ModelComparison:
    """Differences of model B to model A.

    One comparison decides: lane IoU over all tiles, named before anybody looked, whose p value
    stands for itself. All others are taken together, for among a hundred five are found by chance:
    their p values are adjusted, so that the chance of finding any difference where there is none is
    what it is for a single one.

    Attributes:
        differences: Of each comparison, as shares in [0, 1].
        p_values: Of each comparison, adjusted but for the primary one; nan where there is none.
    """

    differences: Mapping[Key, PairedDifference]
    p_values: Mapping[Key, float]

    @property
    def primary(self) -> PairedDifference:
        """Lane IoU over all tiles."""
        return self.differences[Key(ALL, PRIMARY)]

    def is_found(self, key: Key) -> bool:
        """Whether a comparison shows a difference, after the adjustment."""
        return self.p_values[key] < 1 - self.differences[key].confidence

    def is_worse(self, *, margin: float = 0.0) -> bool:
        """Whether B has been shown to be worse than A.

        Args:
            margin: Loss of lane IoU that does not matter, in [0, 1]: above 0 the whole confidence
                interval has to lie beyond it.
        """
        one = self.primary
        return one.is_found and (one.high if margin else one.difference) < -margin


def compare_models(
    tiles_a: Sequence[TileRecord],
    tiles_b: Sequence[TileRecord],
    *,
    tolerance_m: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> ModelComparison:
    """Compare two models by paired bootstrap over blocks of ground.

    Args:
        tiles_a: Records of the first model.
        tiles_b: Records of the second one, of the same tiles, in any order.
        tolerance_m: Distance within which lines match, in ground metres.
        confidence: Level of the intervals, in (0, 1).
        resamples: How many times blocks are drawn. No p value is below about two in so many, and
            the adjustment multiplies that by the number of comparisons.
        seed: Of the draws.

    Raises:
        ValueError: If the tiles or their truth differ, or lane IoU over all tiles has no interval.
    """
    pairs = match_tiles(tiles_a, tiles_b)
    scores = compared_scores(pairs[0].a.classes, tolerance_m=tolerance_m)
    differences: dict[Key, PairedDifference] = {}
    for group, members in _groups(pairs).items():
        blocks, sums_a, sums_b = zip(*members, strict=True)
        for name, score in scores.items():
            differences[Key(group, name)] = paired_bootstrap(
                np.stack([score.counts(sums) for sums in sums_a]),
                np.stack([score.counts(sums) for sums in sums_b]),
                blocks,
                score.score,
                confidence=confidence,
                resamples=resamples,
                seed=seed,
            )
    p_values = {key: one.p_value for key, one in differences.items()}
    primary = Key(ALL, PRIMARY)
    if np.isnan(p_values[primary]):
        raise ValueError(
            f'nothing can be told from {len(pairs)} tiles in {differences[primary].clusters} '
            f'blocks, lane IoU {differences[primary].score_a:.3f}; needed are lanes in the truth, '
            'in two blocks at least: evaluate on more ground'
        )
    alone = {primary: p_values.pop(primary)}
    return ModelComparison(differences, {**alone, **holm(p_values)})


def _groups(pairs: Sequence[TilePair]) -> dict[str, list[tuple[str, TileSums, TileSums]]]:
    """Block and both models' sums of each tile, by group."""
    groups: dict[str, list[tuple[str, TileSums, TileSums]]] = {}
    for a, b in pairs:
        parts = {ALL: (a.sums, b.sums)}
        if a.city is not None:
            parts[f'city {a.city}'] = (a.sums, b.sums)
        parts |= {
            f'scenario {name}': (a.scenarios[name], b.scenarios[name]) for name in a.scenarios
        }
        for group, sums in parts.items():
            groups.setdefault(group, []).append((a.block, *sums))
    return {group: groups[group] for group in sorted(groups)}  # 'all' is the first
