import numpy as np
import pytest

from lanedet_mm.evaluation.lines.pixel_distance import distances_in, pixel_distances


def test_distances_by_hand() -> None:
    others = np.array([[10, 10], [10, 20]])
    pixels = np.array([[10, 10], [10, 12], [13, 14], [10, 16], [15, 10], [16, 10], [0, 0]])
    distances = pixel_distances(pixels, others, (21, 21), 5.0)
    assert distances.tolist() == [0, 2, 5, 4, 5, np.inf, np.inf]


@pytest.mark.parametrize('limit_px', [0.5, 1.2, 4.0, 9.9])
def test_the_same_as_every_pair(limit_px: float) -> None:
    rng = np.random.default_rng(0)
    pixels, others = rng.integers(0, (60, 90), (300, 2)), rng.integers(0, (60, 90), (40, 2))
    pairs = np.hypot(*(pixels[:, None] - others).transpose(2, 0, 1)).min(1)
    expected = np.where(pairs <= limit_px, pairs, np.inf)
    assert np.array_equal(pixel_distances(pixels, others, (60, 90), limit_px), expected)


def test_nothing_to_find_is_infinitely_far() -> None:
    none = np.zeros((0, 2), np.intp)
    assert pixel_distances(np.array([[3, 3]]), none, (5, 5), 2.0).tolist() == [np.inf]
    assert pixel_distances(none, np.array([[3, 3]]), (5, 5), 2.0).tolist() == []


def test_what_lies_outside_is_taken_where_it_is_said() -> None:
    taken = np.zeros((9, 9), bool)
    taken[4, 6] = True
    pixels = np.array([[4, 4], [4, 1], [0, 0]])
    assert distances_in(taken, pixels, 3.0).tolist() == [2, np.inf, np.inf]
    assert distances_in(taken, pixels, 3.0, outside=True).tolist() == [2, 2, 1]
