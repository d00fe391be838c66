"""From records to every table: the set, its cities, its resolutions, its scenarios."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from lanedet_mm.evaluation.cluster_resampling import (
    cluster_sums,
    expanded_interval,
    resampled_sums,
)
from lanedet_mm.evaluation.flat_scores import flat_scores
from lanedet_mm.evaluation.group_scores import gsd_bin
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.scenarios.tag_pieces import SCENARIOS

GSD_EDGES_M = (0.1, 0.15, 0.2, 0.3)
Part = tuple[TileRecord, TileSums]
Group = dict[str, Any]


def score_records(
    records: Sequence[TileRecord],
    *,
    gsd_edges_m: Sequence[float] = GSD_EDGES_M,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """All tables, each score with its confidence interval over ground blocks.

    Args:
        records: Of an evaluation, or of several over different tiles.
        gsd_edges_m: Edges between the bins of ground resolution.
        confidence: Level of the intervals, in (0, 1).
        resamples: How many times blocks are drawn; 0 leaves the intervals out.
        seed: Of the draws.

    Returns:
        What JSON can hold: `classes`, `tolerances_m`, `confidence`, `tiles`, the group `overall`,
        the groups of `cities`, `gsd_bins`, `cities_by_gsd` and `scenarios` by name, and
        `across_cities`. A group has `tiles`, `blocks`, `truth_m`, `scores` (see `flat_scores`) and
        `intervals` (low and high of each score that has one). What there is not is null.

    Raises:
        ValueError: If there is no record, or their classes differ.
    """
    kinds = {record.classes for record in records}
    if len(kinds) != 1:
        raise ValueError(f'{len(records)} records have the classes {sorted(kinds)}; needed is one')
    group = partial(_group, confidence=confidence, resamples=resamples, seed=seed)
    whole: list[Part] = [(record, record.sums) for record in records]

    def by(key: Callable[[TileRecord], str | None]) -> dict[str, Group]:
        names = sorted({name for record in records if (name := key(record)) is not None})
        return {name: group([part for part in whole if key(part[0]) == name]) for name in names}

    def bin_of(record: TileRecord) -> str | None:
        return gsd_bin(record.gsd_m, gsd_edges_m)

    cities = by(lambda record: record.city)
    scenarios = {
        name: [(record, record.scenarios[name]) for record in records if name in record.scenarios]
        for name in SCENARIOS
    }
    return {
        'classes': list(records[0].classes),
        'tolerances_m': list(records[0].lines.tolerances_m),
        'confidence': confidence,
        'tiles': len(records),
        'overall': group(whole),
        'cities': cities,
        'gsd_bins': by(bin_of),
        'cities_by_gsd': by(lambda record: record.city and f'{record.city} {bin_of(record)}'),
        'scenarios': {name: group(parts) for name, parts in scenarios.items() if parts},
        'across_cities': across_cities(cities),
    }


def across_cities(cities: dict[str, Group]) -> dict[str, dict[str, Any]]:
    """Mean, worst city and spread of each score over the cities that have it.

    Returns:
        By score, shares of errors left out: `mean`, `worst`, `worst_city`, `spread` (sample
        standard deviation, null for one city) and `cities` (how many have it). For `rms_` the
        worst is the largest.
    """
    table = {}
    for key in next(iter(cities.values()))['scores'] if cities else ():
        if key.startswith('redundancy_') or '_as_' in key:
            continue
        values = {city: group['scores'][key] for city, group in cities.items()}
        known = {city: value for city, value in values.items() if value is not None}
        if known:
            pick = max if key.startswith('rms_') else min
            worst = pick(known, key=lambda city: known[city])
            spread = float(np.std([*known.values()], ddof=1)) if len(known) > 1 else None
            table[key] = {
                'mean': round(float(np.mean([*known.values()])), 3),
                'worst': known[worst],
                'worst_city': worst,
                'spread': None if spread is None else round(spread, 3),
                'cities': len(known),
            }
    return table


def _group(parts: Sequence[Part], *, confidence: float, resamples: int, seed: int) -> Group:
    """Scores of some tiles and their intervals."""
    classes = parts[0][0].classes
    total = TileSums.add_up(sums for _, sums in parts)
    scores = flat_scores(total, classes)
    vectors = np.stack([sums.to_vector() for _, sums in parts])
    blocks = cluster_sums(vectors, [record.block for record, _ in parts])
    intervals = {}
    if resamples and len(blocks) > 1:
        drawn = resampled_sums(blocks, resamples, np.random.default_rng(seed))
        tables = [flat_scores(total.with_vector(vector), classes) for vector in drawn]
        for key in scores:
            values = np.array([table[key] for table in tables])
            ends = expanded_interval(values[np.isfinite(values)], len(blocks), confidence)
            if all(map(math.isfinite, ends)):
                intervals[key] = [round(end, 3) for end in ends]
    return {
        'tiles': len(parts),
        'blocks': len(blocks),
        'truth_m': round(float(total.lines.truth_m[0]), 1),
        'scores': {key: None if math.isnan(value) else value for key, value in scores.items()},
        'intervals': intervals,
    }
