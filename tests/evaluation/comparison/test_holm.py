import math

import pytest

from lanedet_mm.evaluation.comparison.holm import holm


def test_the_smallest_pays_for_all_and_none_falls_below_the_one_before() -> None:
    # 4 * 0.01; 3 * 0.02; 2 * 0.025 is below 0.06; 1 * 0.5.
    found = holm({'c': 0.025, 'a': 0.01, 'd': 0.5, 'b': 0.02})
    assert found == pytest.approx({'c': 0.06, 'a': 0.04, 'd': 0.5, 'b': 0.06})
    assert list(found) == ['c', 'a', 'd', 'b']


def test_none_is_above_one_and_what_is_no_comparison_costs_nothing() -> None:
    found = holm({'a': 0.6, 'b': 0.7, 'c': math.nan})
    assert (found['a'], found['b']) == (1, 1)
    assert math.isnan(found['c'])
    assert holm({'a': 0.03, 'b': math.nan})['a'] == 0.03
    assert holm({}) == {}
