"""Mean and spread of finished runs as a table."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def result_table(records: Sequence[dict[str, Any]], metrics: Sequence[str]) -> str:
    """Markdown table: a row a variant, a column a metric.

    A cell is the mean over seeds of the mean over folds, and behind ± the sample standard
    deviation over seeds (left out for one seed). Seeds that do not have every fold yet are left
    out, and the column `runs` says how many runs a row stands on; a score that is undefined in
    some of them is the mean of the others.

    Args:
        records: Of `ResultLog.read`: variant, fold, seed, scores.
        metrics: Scores to show, in this order.

    Returns:
        The table, variants in the order of their first record.
    """
    folds = {record['fold'] for record in records}
    rows = ['| variant | ' + ' | '.join(metrics) + ' | runs |', '|---' * (len(metrics) + 2) + '|']
    for variant in dict.fromkeys(record['variant'] for record in records):
        mine = [record for record in records if record['variant'] == variant]
        seeds = _whole_seeds(mine, folds)
        cells = [_cell([_mean(runs, metric) for runs in seeds]) for metric in metrics]
        rows.append(f'| {variant} | ' + ' | '.join(cells) + f' | {sum(map(len, seeds))} |')
    return '\n'.join(rows) + '\n'


def _whole_seeds(records: list[dict[str, Any]], folds: set[str]) -> list[list[dict[str, Any]]]:
    """The runs of each seed that has every fold."""
    seeds = dict.fromkeys(record['seed'] for record in records)
    groups = [[record for record in records if record['seed'] == seed] for seed in seeds]
    return [group for group in groups if {record['fold'] for record in group} == folds]


def _mean(runs: list[dict[str, Any]], metric: str) -> float:
    """Mean of a score over folds; folds in which it is undefined do not count."""
    values = [run['scores'].get(metric) for run in runs]
    known = [value for value in values if value is not None and np.isfinite(value)]
    return float(np.mean(known)) if known else float('nan')


def _cell(values: list[float]) -> str:
    """Mean ± spread."""
    values = [value for value in values if np.isfinite(value)]
    if not values:
        return '-'
    if len(values) == 1:
        return f'{values[0]:.2f}'
    return f'{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}'
