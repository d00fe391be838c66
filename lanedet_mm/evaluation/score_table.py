"""The one table that every evaluation prints, lane IoU first."""

import math
from collections.abc import Mapping, Sequence

from prettytable import PrettyTable

from lanedet_mm.evaluation.confusion import ConfusionScores


def percent(share: float) -> float:
    """A share in [0, 1] as percent with two decimals; nan stays nan."""
    return round(float(share) * 100, 2)


def score_table(
    total: ConfusionScores,
    classes: Sequence[str],
    *,
    cities: Mapping[str, ConfusionScores],
    gsd_bins: Mapping[str, ConfusionScores],
) -> str:
    """Lane IoU, mIoU, then classes, cities and bands of ground resolution, in percent.

    Args:
        total: Scores of the whole set.
        classes: Class names; a class that the truth does not hold has a dash for its IoU.
        cities: Scores of each city, of which the lane IoU is printed, the worst one marked.
        gsd_bins: Scores of each bin of ground resolution; likewise.
    """
    sections: list[list[list[str]]] = [
        [['lane IoU', _cell(total.lane_iou), '', ''], ['mIoU', _cell(total.mean_iou), '', '']],
        [
            [name, *map(_cell, scores)]
            for name, *scores in zip(classes, total.iou, total.precision, total.recall, strict=True)
        ],
        _group_rows(cities, 'lane IoU, {}'),
        _group_rows(gsd_bins, 'lane IoU, {} m/px'),
    ]
    table = PrettyTable(['%', 'IoU', 'precision', 'recall'], align='r')
    table.align['%'] = 'l'
    for section in sections:
        for row in section:
            table.add_row(row, divider=row is section[-1])
    return str(table.get_string())


def worst_group(groups: Mapping[str, ConfusionScores]) -> str | None:
    """Group with the lowest lane IoU; None where no group has any."""
    scored = {name: g.lane_iou for name, g in groups.items() if not math.isnan(g.lane_iou)}
    return min(scored, key=lambda name: scored[name]) if scored else None


def _group_rows(groups: Mapping[str, ConfusionScores], label: str) -> list[list[str]]:
    worst = worst_group(groups) if len(groups) > 1 else None
    return [
        [label.format(name) + (' (worst)' if name == worst else ''), _cell(g.lane_iou), '', '']
        for name, g in groups.items()
    ]


def _cell(share: float) -> str:
    return '-' if math.isnan(share) else f'{percent(share):.2f}'
