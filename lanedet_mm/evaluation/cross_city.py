"""Evaluations of several models, each on the city that it has not seen, as one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_records import read_records

_METRIC, _LINES = 'lane_iou', 'f1_0.50m'


def merge_evaluations(folders: Sequence[Path]) -> list[TileRecord]:
    """Records of several evaluations.

    Args:
        folders: Each with its `tiles.jsonl`.

    Raises:
        ValueError: If a tile is in two of them: then they do not test different ground.
    """
    found: dict[str, Path] = {}
    merged = []
    for folder in folders:
        for record in read_records(folder):
            if record.id in found:
                raise ValueError(
                    f'tile {record.id} is in {found[record.id]} and in {folder}; needed are '
                    'evaluations of different tiles, such as one for each city left out'
                )
            found[record.id] = folder
            merged.append(record)
    return merged


def cross_city_table(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown: a row a model; lane IoU over the cities, then that of each.

    Args:
        tables: Of `score_records`, by the name of the model.
    """
    cities = sorted({city for scores in tables.values() for city in scores['cities']})
    head = ['model', 'mean', 'worst', 'spread', 'all tiles', 'F1 0.5 m, mean', *cities]
    rows = [head, ['---', *['---:'] * (len(head) - 1)]]
    for name, scores in tables.items():
        across = scores['across_cities']
        iou, lines = across.get(_METRIC, {}), across.get(_LINES, {})
        worst = f'{_cell(iou.get("worst"))} ({iou["worst_city"]})' if iou else _cell(None)
        by_city = (scores['cities'].get(city, {}).get('scores', {}) for city in cities)
        rows.append(
            [
                name,
                _cell(iou.get('mean')),
                worst,
                _cell(iou.get('spread')),
                _cell(scores['overall']['scores'][_METRIC]),
                _cell(lines.get('mean')),
                *(_cell(one.get(_METRIC)) for one in by_city),
            ]
        )
    return '\n'.join(f'| {" | ".join(row)} |' for row in rows)


def _cell(value: float | None) -> str:
    return '-' if value is None else f'{value:.2f}'
