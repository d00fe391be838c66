import numpy as np

from lanedet_mm.evaluation.confusion import score_confusion
from lanedet_mm.evaluation.score_table import percent, score_table, worst_group

TOTAL = score_confusion(np.array([[6, 0, 2], [1, 3, 0], [0, 0, 0]]))
HALF = score_confusion(np.array([[0, 0], [1, 1]]))
WHOLE = score_confusion(np.array([[1, 0], [0, 1]]))
NO_LANE = score_confusion(np.array([[1, 0], [0, 0]]))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip('|').split('|')]


def test_lane_iou_stands_first_then_miou_classes_cities_and_bins() -> None:
    table = score_table(
        TOTAL,
        ('background', 'solid', 'dashed'),
        cities={'cairo': WHOLE, 'nevada': HALF, 'gopeng': NO_LANE},
        gsd_bins={'0.10-0.15': HALF},
    )
    rows = [cells(line) for line in table.splitlines() if line.startswith('|')]
    assert rows == [
        ['%', 'IoU', 'precision', 'recall'],
        ['lane IoU', '75.00', '', ''],
        ['mIoU', '70.83', '', ''],  # (6/9 + 3/4) / 2
        ['background', '66.67', '85.71', '75.00'],
        ['solid', '75.00', '100.00', '75.00'],
        ['dashed', '-', '0.00', '-'],
        ['lane IoU, cairo', '100.00', '', ''],
        ['lane IoU, nevada (worst)', '50.00', '', ''],
        ['lane IoU, gopeng', '-', '', ''],
        ['lane IoU, 0.10-0.15 m/px', '50.00', '', ''],
    ]


def test_worst_group_is_the_lowest_that_has_lanes() -> None:
    assert worst_group({'a': WHOLE, 'b': HALF, 'c': NO_LANE}) == 'b'
    assert worst_group({'c': NO_LANE}) is None


def test_percent_has_two_decimals() -> None:
    assert percent(0.123456) == 12.35
