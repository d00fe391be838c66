"""The tables of an evaluation as files, and as a few lines for the screen."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prettytable import PrettyTable

from lanedet_mm.imagery import write_atomically

JSON_NAME, CSV_NAME = 'scores.json', 'scores.csv'
KINDS = ('cities', 'gsd_bins', 'cities_by_gsd', 'scenarios')
SHORT = ('lane_iou', 'f1_0.50m', 'completeness_0.50m', 'correctness_0.50m', 'rms_0.50m')


def groups_of(scores: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, name and group of every row of the tables."""
    yield 'overall', 'all tiles', scores['overall']
    for kind in KINDS:
        for name, group in scores[kind].items():
            yield kind, name, group


def write_scores(out: Path, scores: dict[str, Any]) -> None:
    """Write `scores.json` and `scores.csv`, a line for each score of each group."""
    write_atomically(out / JSON_NAME, json.dumps(scores, indent=1, allow_nan=False).encode())
    text = io.StringIO()
    table = csv.writer(text, lineterminator='\n')
    table.writerow(['kind', 'group', 'tiles', 'blocks', 'truth_m', 'score', 'value', 'low', 'high'])
    for kind, name, group in groups_of(scores):
        head = [kind, name, group['tiles'], group['blocks'], group['truth_m']]
        for key, value in group['scores'].items():
            low, high = group['intervals'].get(key, ('', ''))
            table.writerow([*head, key, '' if value is None else value, low, high])
    write_atomically(out / CSV_NAME, text.getvalue().encode())


def short_table(scores: dict[str, Any]) -> str:
    """The scores of most interest of all groups, the interval behind the first one."""
    keys = [key for key in SHORT if key in scores['overall']['scores']]
    table = PrettyTable(['', 'tiles', *keys], align='r')
    table.align[''] = 'l'
    for kind, name, group in groups_of(scores):
        if kind != 'cities_by_gsd':
            label = {'gsd_bins': f'{name} m/px', 'scenarios': f'on {name} lines'}.get(kind, name)
            table.add_row([label, group['tiles'], *(_cell(group, key) for key in keys)])
    lines = [str(table.get_string())]
    across = scores['across_cities'].get('lane_iou')
    if across and across['cities'] > 1:
        lines.append(
            f'lane IoU over {across["cities"]} cities: mean {across["mean"]:.2f}, worst '
            f'{across["worst"]:.2f} ({across["worst_city"]}), spread {across["spread"]:.2f}'
        )
    return '\n'.join(lines)


def _cell(group: dict[str, Any], key: str) -> str:
    value = group['scores'][key]
    if value is None:
        return '-'
    text = f'{value:.3f}' if key.startswith('rms_') else f'{value:.2f}'
    ends = group['intervals'].get(key)
    return f'{text} ({ends[0]:.1f} to {ends[1]:.1f})' if key == SHORT[0] and ends else text
