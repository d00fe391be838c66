"""What the page shows, made ready for its template."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lanedet_mm.evaluation.flat_scores import flat_scores
from lanedet_mm.evaluation.lines.line_scores import score_lines
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.report.line_chart import line_chart
from lanedet_mm.visualization.training_scalars import read_scalars

TOLERANCE = '0.50m'
SCENARIO_NOTES = {
    'all': 'every true line, and the ground within 2 m of it',
    'plain': 'none of the scenarios below',
    'shadow': 'the road is less than half as bright as the lit road of the tile',
    'worn': 'the paint has less than 0.45 of the contrast of good paint',
    'occluded': 'a quarter of the piece is hidden; known for rendered tiles only',
    'intersection': 'within 10 m of where lines cross or end',
    'curve': 'radius below 100 m',
    'dense': 'at least 0.25 m of line per square metre',
}
_CURVES = ('loss', 'lane_iou', 'grad_norm', 'lr')


def bars(
    groups: Mapping[str, Mapping[str, Any]], key: str, notes: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """A bar for each group that has the score, on a scale from 0 to 100."""
    rows = []
    for name, group in groups.items():
        value = group['scores'].get(key)
        ends = group['intervals'].get(key)
        if value is not None:
            clipped = [min(max(end, 0), 100) for end in ends] if ends else None
            rows.append(
                {
                    'name': name.replace('_', ' '),
                    'value': value,
                    'ends': clipped,
                    'tiles': group['tiles'],
                    'blocks': group['blocks'],
                    'truth_m': group['truth_m'],
                    'note': (notes or {}).get(name, ''),
                }
            )
    return rows


def tolerance_rows(scores: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Scores of the lines at each tolerance."""
    fields = ('completeness', 'correctness', 'quality', 'f1', 'pixel_f1', 'class_accuracy', 'rms')
    overall = scores['overall']
    return [
        {
            'name': f'{tolerance_m:.2f} m',
            'values': {field: overall['scores'][f'{field}_{tolerance_m:.2f}m'] for field in fields},
            'ends': {
                field: overall['intervals'].get(f'{field}_{tolerance_m:.2f}m') for field in fields
            },
        }
        for tolerance_m in scores['tolerances_m']
    ]


def confusions(records: Sequence[TileRecord]) -> list[dict[str, Any]]:
    """Pixels, and matched length of lines at 0.5 m, as shares of each true class."""
    total = TileSums.add_up(record.sums for record in records)
    classes = [name.replace('_', ' ') for name in records[0].classes]
    pixels = total.confusion / total.confusion.sum(1, keepdims=True).clip(1)
    at = total.lines.tolerances_m.index(float(TOLERANCE.rstrip('m')))
    lines = score_lines(total.lines).confusion[at, 1:, 1:]
    return [
        {'title': 'Pixels', 'classes': classes, 'rows': pixels.tolist()},
        {
            'title': f'Lines found within {TOLERANCE.rstrip("m")} m',
            'classes': classes[1:],
            'rows': [[None if math.isnan(v) else v for v in row] for row in lines.tolist()],
        },
    ]


def tile_rows(records: Sequence[TileRecord]) -> list[dict[str, Any]]:
    """A row for each tile."""
    keys = ('lane_iou', f'f1_{TOLERANCE}', f'completeness_{TOLERANCE}', f'correctness_{TOLERANCE}')
    rows = []
    for record in records:
        scores = flat_scores(record.sums, record.classes)
        values = [None if math.isnan(scores[key]) else scores[key] for key in keys]
        rows.append({'record': record, 'truth_m': record.lines.truth_m[0], 'values': values})
    return rows


def heat_map(robustness: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Relative drops of each corruption, the worst first."""
    rows = [
        {
            'name': name.replace('_', ' '),
            'unit': row.get('unit', ''),
            'amounts': row['amounts'],
            'drops': row['relative_drop'],
            'mean': row.get('mean_relative_drop'),
        }
        for name, row in robustness['corruptions'].items()
    ]
    return sorted(rows, key=lambda row: -(row['mean'] if row['mean'] is not None else -9))


def reliability_chart(calibration: Mapping[str, Any]) -> str:
    """Share of right pixels by confidence, of all lanes and of each class."""
    curves = {'all lanes': calibration['lane'].get('reliability', [])}
    curves |= {
        name.replace('_', ' '): one.get('reliability', [])
        for name, one in calibration.get('classes', {}).items()
    }
    points = {
        name: [(bin_['confidence'], bin_['correct']) for bin_ in curve]
        for name, curve in curves.items()
        if curve
    }
    return line_chart(
        points,
        x_label='confidence',
        y_label='share of right pixels',
        x_range=(0, 1),
        y_range=(0, 1),
        diagonal=True,
        dots=True,
    )


def learning_charts(log_dir: Path | None) -> list[dict[str, str]]:
    """Curves of a training, if its work folder has logs."""
    try:
        scalars = read_scalars(log_dir) if log_dir is not None else {}
    except (FileNotFoundError, ValueError):
        return []
    charts = []
    for key in _CURVES:
        unit, values = scalars.get(key, ('', {}))
        if len(values) > 1:
            chart = line_chart({key: sorted(values.items())}, x_label=unit, y_label=key)
            charts.append({'title': key.replace('_', ' '), 'svg': chart})
    return charts


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever it holds
    """What a file holds; None where there is none."""
    return json.loads(path.read_bytes()) if path.is_file() else None
