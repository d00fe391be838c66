"""The records that two evaluations have of the same tiles."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lanedet_mm.evaluation.records.tile_record import TileRecord


class TilePair(NamedTuple):
    """What two models left behind of one tile."""

    a: TileRecord
    b: TileRecord


def match_tiles(tiles_a: Sequence[TileRecord], tiles_b: Sequence[TileRecord]) -> list[TilePair]:
    """Pair the records by their tiles, in the order of the first ones.

    Args:
        tiles_a: Records of the first model.
        tiles_b: Records of the second one.

    Raises:
        ValueError: If there is no tile, a tile is missing on one side, or was judged by another
            truth.
    """
    a, b = ({one.id: one for one in tiles} for tiles in (tiles_a, tiles_b))
    if not a or set(a) != set(b):
        only = [sorted(set(one) - set(other)) for one, other in ((a, b), (b, a))]
        raise ValueError(
            f'{len(only[0])} of {len(a)} tiles are in A only {only[0][:3]}, {len(only[1])} of '
            f'{len(b)} in B only {only[1][:3]}; needed are the same tiles: evaluate both models '
            'on the same data'
        )
    pairs = [TilePair(one, b[name]) for name, one in a.items()]
    other = [pair.a.id for pair in pairs if not _has_same_truth(*pair)]
    if other:
        raise ValueError(
            f'{len(other)} of {len(pairs)} tiles have another truth in B than in A {other[:3]} '
            '(classes, resolution, block, labelled pixels or scenarios); needed is the same: '
            'evaluate both models anew with the same options'
        )
    return pairs


def _has_same_truth(a: TileRecord, b: TileRecord) -> bool:
    """Whether everything is equal that does not depend on the model."""
    facts_a, facts_b = (
        (one.classes, one.gsd_m, one.city, one.block, one.lines.tolerances_m, set(one.scenarios))
        for one in (a, b)
    )
    return facts_a == facts_b and np.array_equal(a.confusion.sum(1), b.confusion.sum(1))
