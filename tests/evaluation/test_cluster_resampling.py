import numpy as np
import pytest
from scipy import stats

from lanedet_mm.evaluation.cluster_resampling import (
    cluster_sums,
    expanded_interval,
    resampled_sums,
)


def test_tiles_of_a_cluster_are_added_up() -> None:
    counts = np.array([[1.0, 2], [3, 4], [5, 6]])
    assert cluster_sums(counts, ['b', 'a', 'b']).tolist() == [[6, 8], [3, 4]]


def test_every_resample_has_as_many_clusters() -> None:
    sums = np.array([[1.0, 10], [1, 20], [1, 30]])
    drawn = resampled_sums(sums, 500, np.random.default_rng(0))
    assert drawn.shape == (500, 2)
    assert set(drawn[:, 0]) == {3}
    assert drawn[:, 1].min() == 30
    assert drawn[:, 1].max() == 90
    assert drawn[:, 1].mean() == pytest.approx(60, abs=2)


def test_few_clusters_widen_the_interval() -> None:
    values = np.linspace(0, 1, 100_001)
    low, high = expanded_interval(values, 5, 0.95)
    # Student's t with 4 degrees of freedom, times the root of 5 / 4, as a normal's share.
    tail = stats.norm.cdf(-2.7764 * np.sqrt(1.25))
    assert (low, high) == pytest.approx((tail, 1 - tail), abs=1e-4)
    low, high = expanded_interval(values, 10_000, 0.95)
    assert (low, high) == pytest.approx((0.025, 0.975), abs=1e-4)


def test_one_cluster_has_no_interval() -> None:
    assert np.isnan(expanded_interval(np.array([1.0, 2.0]), 1, 0.95)).all()
    assert np.isnan(expanded_interval(np.zeros(0), 9, 0.95)).all()
