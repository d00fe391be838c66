import numpy as np
import pytest
from scipy import stats

from lanedet_mm.evaluation.paired_bootstrap import paired_bootstrap, paired_bootstrap_by_group
from lanedet_mm.evaluation.summed_scores import summed_lane_iou, summed_line_f1


def mean(counts: np.ndarray) -> np.ndarray:
    """Score of (sum, number) of each tile."""
    return counts[..., 0] / counts[..., 1]


def values(numbers: np.ndarray) -> np.ndarray:
    return np.stack([numbers, np.ones_like(numbers)], 1)


def some_lines(rng: np.random.Generator, *, found: float, tiles: int = 60) -> np.ndarray:
    """Counts as `LineSums.counts` has them; a tile's lengths differ, and so do its chances."""
    truth, predicted = rng.uniform(20, 200, (2, tiles))
    shares = np.clip(rng.normal([[found], [0.8]], 0.05, (2, tiles)), 0, 1)
    return np.stack([shares[0] * truth, truth, shares[1] * predicted, predicted], 1)


def test_score_and_difference_are_those_of_the_sums() -> None:
    a, b = np.array([[1.0, 10], [6, 10]]), np.array([[2.0, 10], [8, 30]])
    result = paired_bootstrap(a, b, ['east', 'west'], mean, resamples=50)
    assert result.score_a == pytest.approx(0.35)
    assert result.score_b == pytest.approx(0.25)
    assert result.difference == pytest.approx(-0.1)
    assert (result.tiles, result.clusters, result.resamples) == (2, 2, 50)


def test_a_model_against_itself_never_differs() -> None:
    found = 0
    for trial in range(200):
        rng = np.random.default_rng(trial)
        counts = some_lines(rng, found=0.7)[rng.integers(60, size=60)]
        result = paired_bootstrap(
            counts, counts, np.arange(60) // 3, summed_line_f1, resamples=200, seed=trial
        )
        found += result.is_found
        assert result.low == result.high == result.difference == 0
        assert result.p_value == 1
    assert found == 0


@pytest.mark.parametrize('blocks', [6, 20])
def test_equal_models_that_differ_by_chance_are_rarely_told_apart(blocks: int) -> None:
    trials = 200
    found = 0
    for trial in range(trials):
        rng = np.random.default_rng(trial)
        a, b = (some_lines(rng, found=0.7, tiles=3 * blocks) for _ in 'ab')
        result = paired_bootstrap(
            a, b, np.arange(3 * blocks) // 3, summed_line_f1, resamples=300, seed=trial
        )
        found += result.is_found
    assert found <= stats.binom(trials, 0.05).ppf(0.99)


def test_a_slightly_worse_model_is_found() -> None:
    rng = np.random.default_rng(0)
    a = some_lines(rng, found=0.7)
    b = a.copy()
    b[:, 0] -= a[:, 1] * np.clip(rng.normal(0.02, 0.03, len(a)), -0.3, 0.6)
    result = paired_bootstrap(a, b, np.arange(60) // 3, summed_line_f1)
    assert -0.03 < result.difference < -0.005
    assert result.low < result.difference < result.high < 0
    assert result.p_value < 0.01
    assert result.is_found


def test_interval_of_a_normal_case_is_students() -> None:
    rng = np.random.default_rng(3)
    difference = rng.normal(0.3, 1, 40)
    base = rng.normal(5, 10, 40)  # what both models share cancels out
    result = paired_bootstrap(
        values(base), values(base + difference), range(40), mean, resamples=20000
    )
    expected = stats.ttest_1samp(difference, 0)
    low, high = expected.confidence_interval(0.95)
    assert [result.low, result.high] == pytest.approx([low, high], abs=0.03)
    assert result.p_value == pytest.approx(expected.pvalue, abs=0.01)


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(0)
    block = np.repeat(np.arange(30), 4)
    difference = rng.normal(0, 1, 30)[block] + rng.normal(0, 0.1, 120)
    a, b = values(np.zeros(120)), values(difference)
    single = paired_bootstrap(a, b, range(120), mean)
    clustered = paired_bootstrap(a, b, block, mean)
    ratio = (clustered.high - clustered.low) / (single.high - single.low)
    assert ratio == pytest.approx(2, rel=0.15)  # four tiles say what one says


def test_tiles_need_not_be_sorted_by_block_and_a_seed_repeats() -> None:
    rng = np.random.default_rng(0)
    a, b = some_lines(rng, found=0.7), some_lines(rng, found=0.7)
    block, order = np.arange(60) // 3, rng.permutation(60)
    names = [f'block {one}' for one in block]
    first = paired_bootstrap(a, b, names, summed_line_f1, resamples=200)
    assert first == paired_bootstrap(a, b, names, summed_line_f1, resamples=200)
    shuffled = paired_bootstrap(
        a[order], b[order], block[order], summed_line_f1, resamples=4000, seed=1
    )
    assert [shuffled.low, shuffled.high] == pytest.approx([first.low, first.high], abs=0.01)


def test_groups_are_compared_by_themselves() -> None:
    matrix = np.array([[90.0, 5], [5, 10]])
    better = np.array([[95.0, 0], [2, 13]])
    a = np.stack([matrix] * 24)
    b = np.stack([matrix] * 8 + [better] * 8 + [matrix] * 8)
    cities = ['cairo'] * 8 + ['nevada'] * 8 + [None] * 8
    result = paired_bootstrap_by_group(a, b, range(24), cities, summed_lane_iou)
    assert list(result) == ['cairo', 'nevada']
    assert result['cairo'].difference == 0
    assert not result['cairo'].is_found
    assert result['nevada'].difference == pytest.approx(13 / 15 - 0.5)
    assert result['nevada'].low == result['nevada'].high == result['nevada'].difference
    assert result['nevada'].is_found


def test_one_block_has_no_interval_and_two_find_nothing() -> None:
    a, b = values(np.zeros(4)), values(np.array([1.0, 1.1, 1.2, 1.3]))
    one = paired_bootstrap(a, b, ['x'] * 4, mean)
    assert one.difference == pytest.approx(1.15)
    assert np.isnan([one.low, one.high, one.p_value]).all()
    assert not one.is_found
    assert not paired_bootstrap(a, b, ['x', 'x', 'y', 'y'], mean).is_found


def test_resamples_without_a_score_are_left_out() -> None:
    a = np.array([[5.0, 10, 6, 6], [0, 0, 0, 0]])
    result = paired_bootstrap(a, a, ['with', 'without'], summed_line_f1, resamples=400)
    assert 250 < result.resamples < 350  # three of four hold the tile that has lines


def test_mistakes_are_told() -> None:
    counts = values(np.zeros(3))
    for wrong in ((counts, counts[:2], [1, 2, 3]), (counts, counts, [1, 2])):
        with pytest.raises(ValueError, match='the same tiles in the same order'):
            paired_bootstrap(*wrong, mean)
    with pytest.raises(ValueError, match='at least one'):
        paired_bootstrap(counts[:0], counts[:0], [], mean)
    with pytest.raises(ValueError, match='confidence is 95'):
        paired_bootstrap(counts, counts, [1, 2, 3], mean, confidence=95)
