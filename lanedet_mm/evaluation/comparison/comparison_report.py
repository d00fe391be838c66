"""A comparison as a table, as a verdict in one line, and as JSON."""

import math
from collections.abc import Mapping
from typing import Any

from prettytable import PrettyTable

from lanedet_mm.evaluation.comparison.model_comparison import ModelComparison
from lanedet_mm.evaluation.paired_bootstrap import PairedDifference


def verdict(comparison: ModelComparison, *, margin: float = 0.0) -> str:
    """Which model is better, by how much, and how sure that is; in points of lane IoU.

    Args:
        comparison: Of B to A.
        margin: See `ModelComparison.is_worse`.
    """
    one = comparison.primary
    numbers = f'lane IoU {_span(one)}, p {_p_value(one.p_value)}'
    if not one.is_found:
        return f'no difference found between A and B: {numbers}'
    if one.difference > 0:
        return f'B is better than A: {numbers}'
    within = not comparison.is_worse(margin=margin)
    return f'B is worse than A: {numbers}' + (
        f'; not for certain by more than {100 * margin:.1f}' if within else ''
    )


def comparison_table(
    comparison: ModelComparison, *, costs: Mapping[str, tuple[float | None, float | None]]
) -> str:
    """Every comparison in percent, then what the models cost.

    Args:
        comparison: Of B to A.
        costs: Latency, size and the like of A and B by their names; None where it is not known.
    """
    header = ['', 'score', 'A', 'B', 'B - A', 'p', 'tiles', 'blocks']
    table = PrettyTable(header, align='r')
    table.align[''] = table.align['score'] = 'l'
    keys = list(comparison.differences)
    for at, key in enumerate(keys):
        one = comparison.differences[key]
        is_last = key.group != (keys[at + 1].group if at + 1 < len(keys) else None)
        is_first = at == 0 or keys[at - 1].group != key.group
        p_value = _p_value(comparison.p_values[key]) + (' *' if comparison.is_found(key) else '  ')
        row = [key.group if is_first else '', key.score, _percent(one.score_a)]
        row += [_percent(one.score_b), _span(one), p_value]
        row += [str(one.tiles), str(one.clusters)] if is_first else ['', '']
        table.add_row(row, divider=is_last)
    for name, (a, b) in costs.items():
        change = '' if not a or b is None else f'{100 * (b / a - 1):+.1f} %'
        table.add_row(
            ['', name, *('-' if one is None else f'{one:g}' for one in (a, b)), change, '', '', '']
        )
    note = (
        f'{100 * comparison.primary.confidence:g} % intervals, {comparison.primary.resamples} '
        'resamples of blocks of ground; * difference found. Lane IoU over all tiles decides; the '
        "other p values are adjusted by Holm's method."
    )
    return f'{table.get_string()}\n{note}'


def comparison_json(
    comparison: ModelComparison, *, costs: Mapping[str, tuple[float | None, float | None]]
) -> dict[str, Any]:
    """The same for programs; scores in [0, 1], None where there is none."""
    rows = []
    for key, one in comparison.differences.items():
        numbers = {
            'a': one.score_a,
            'b': one.score_b,
            'difference': one.difference,
            'low': one.low,
            'high': one.high,
            'p_value': one.p_value,
            'adjusted_p_value': comparison.p_values[key],
        }
        rows.append(
            {'group': key.group, 'score': key.score}
            | {name: None if math.isnan(value) else value for name, value in numbers.items()}
            | {'is_found': comparison.is_found(key), 'tiles': one.tiles, 'blocks': one.clusters}
        )
    return {
        'verdict': verdict(comparison),
        'confidence': comparison.primary.confidence,
        'comparisons': rows,
        'costs': {name: {'a': a, 'b': b} for name, (a, b) in costs.items()},
    }


def _percent(share: float) -> str:
    return '-' if math.isnan(share) else f'{100 * share:.1f}'


def _span(one: PairedDifference) -> str:
    """Difference and interval in points, as in `+1.9 (0.8 to 3.0)`."""
    if math.isnan(one.difference):
        return '-'
    difference = f'{100 * one.difference:+.1f}'
    if math.isnan(one.low):
        return difference
    return f'{difference} ({100 * one.low:.1f} to {100 * one.high:.1f})'


def _p_value(p_value: float) -> str:
    if math.isnan(p_value):
        return '-'
    return f'{p_value:.3f}' if p_value >= 0.0005 else '< 0.001'
