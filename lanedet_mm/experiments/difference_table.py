"""What each variant adds to another one, run by run, as a table."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def difference_table(
    records: Sequence[dict[str, Any]], metrics: Sequence[str], *, against: str
) -> str:
    """Markdown table: a row a variant, a column a metric.

    A cell is the mean of the differences to the runs of `against` with the same fold and seed, and
    behind ± its standard error (left out for one pair). Pairing takes out what a seed or a fold
    does to both, so that this finds smaller differences than two spreads beside each other.

    Args:
        records: Of `ResultLog.read`: variant, fold, seed, scores.
        metrics: Scores to show, in this order.
        against: The variant to compare with.

    Returns:
        The table, variants in the order of their first record; empty where nothing has a pair.
    """
    scores = {
        (record['variant'], record['fold'], record['seed']): record['scores'] for record in records
    }
    variants = dict.fromkeys(variant for variant, *_ in scores)
    rows = []
    for variant in variants:
        places = [place for name, *place in scores if name == variant]
        pairs = [
            (scores[variant, *place], scores[against, *place])
            for place in places
            if variant != against and (against, *place) in scores
        ]
        if pairs:
            cells = [_cell([_difference(*pair, metric) for pair in pairs]) for metric in metrics]
            rows.append(f'| {variant} | ' + ' | '.join(cells) + f' | {len(pairs)} |')
    if not rows:
        return ''
    head = f'| against {against} | ' + ' | '.join(metrics) + ' | pairs |'
    return '\n'.join([head, '|---' * (len(metrics) + 2) + '|', *rows]) + '\n'


def _difference(one: dict[str, float], other: dict[str, float], metric: str) -> float:
    return float(one.get(metric, np.nan)) - float(other.get(metric, np.nan))


def _cell(values: list[float]) -> str:
    """Mean ± standard error of what is defined."""
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return '-'
    mean = f'{np.mean(known):+.2f}'
    return mean if len(known) == 1 else f'{mean} ± {np.std(known, ddof=1) / len(known) ** 0.5:.2f}'
