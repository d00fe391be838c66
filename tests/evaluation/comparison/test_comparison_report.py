import json
import math

import pytest

from lanedet_mm.evaluation.comparison.comparison_report import (
    comparison_json,
    comparison_table,
    verdict,
)
from lanedet_mm.evaluation.comparison.model_comparison import Key, ModelComparison
from lanedet_mm.evaluation.paired_bootstrap import PairedDifference

COSTS = {'ms': (40.0, 30.0), 'size_mb': (7.8, None)}


def difference(low: float, middle: float, high: float, p_value: float) -> PairedDifference:
    return PairedDifference(0.4, 0.4 + middle, low, high, p_value, 0.95, 300, 40, 10_000)


def comparison(low: float, middle: float, high: float, p_value: float) -> ModelComparison:
    city = PairedDifference(0.5, 0.5, math.nan, math.nan, math.nan, 0.95, 3, 1, 0)
    keys = (Key('all', 'lane_iou'), Key('all', 'iou_solid'), Key('city cairo', 'lane_iou'))
    one = difference(low, middle, high, p_value)
    return ModelComparison(
        dict(zip(keys, (one, one, city), strict=True)),
        dict(zip(keys, (p_value, 10 * p_value, math.nan), strict=True)),
    )


BETTER = comparison(0.008, 0.019, 0.030, 0.02)
WORSE = comparison(-0.030, -0.019, -0.008, 0.0002)


def test_the_verdict_is_one_line() -> None:
    assert verdict(BETTER) == 'B is better than A: lane IoU +1.9 (0.8 to 3.0), p 0.020'
    assert verdict(WORSE) == 'B is worse than A: lane IoU -1.9 (-3.0 to -0.8), p < 0.001'
    none = comparison(-0.005, 0.003, 0.011, 0.4)
    assert verdict(none) == (
        'no difference found between A and B: lane IoU +0.3 (-0.5 to 1.1), p 0.400'
    )
    assert verdict(WORSE, margin=0.005) == verdict(WORSE)
    assert verdict(WORSE, margin=0.01).endswith('p < 0.001; not for certain by more than 1.0')


def test_the_table_marks_what_is_found_and_names_the_costs() -> None:
    rows = [
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in comparison_table(BETTER, costs=COSTS).splitlines()
        if line.startswith('|')
    ]
    span = '+1.9 (0.8 to 3.0)'
    assert rows[1:] == [
        ['all', 'lane_iou', '40.0', '41.9', span, '0.020 *', '300', '40'],
        ['', 'iou_solid', '40.0', '41.9', span, '0.200', '', ''],
        ['city cairo', 'lane_iou', '50.0', '50.0', '+0.0', '-', '3', '1'],
        ['', 'ms', '40', '30', '-25.0 %', '', '', ''],
        ['', 'size_mb', '7.8', '-', '', '', '', ''],
    ]


def test_json_holds_shares_and_no_nan() -> None:
    report = json.loads(json.dumps(comparison_json(BETTER, costs=COSTS), allow_nan=False))
    first, second, city = report['comparisons']
    assert (first['group'], first['score'], first['a']) == ('all', 'lane_iou', 0.4)
    assert first['difference'] == pytest.approx(0.019)
    assert (first['is_found'], second['is_found']) == (True, False)
    assert second['adjusted_p_value'] == pytest.approx(0.2)
    assert (city['low'], city['p_value'], city['blocks']) == (None, None, 1)
    assert report['verdict'] == verdict(BETTER)
    assert report['costs']['size_mb'] == {'a': 7.8, 'b': None}
