import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.rotation import move_truth, rotate_image, rotation_matrix

RNG = np.random.default_rng(0)


def rotate_truth(truth: np.ndarray, degrees: float) -> np.ndarray:
    return move_truth(truth, rotation_matrix(truth.shape, degrees))


def painted(row: int, col: int, *, reach: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """A black image of 41 x 41 px with a square of paint, and its mask."""
    truth = np.zeros((41, 41), np.uint8)
    truth[row - reach : row + reach + 1, col - reach : col + reach + 1] = 1
    return np.repeat(truth[..., None] * 255, 3, axis=2), truth


@pytest.mark.parametrize('degrees', [9, 18, 27, 36, 45])
@pytest.mark.parametrize('at', [(20, 20), (10, 26), (27, 12)])
def test_paint_goes_where_its_label_goes(degrees: float, at: tuple[int, int]) -> None:
    image, truth = painted(*at)
    paint = rotate_image(image, degrees, RNG)[..., 0] / 255
    # A pixel that is mostly paint is labelled paint, and no other.
    np.testing.assert_array_equal(rotate_truth(truth, degrees) == 1, paint > 0.5)


def test_it_turns_counter_clockwise_about_the_middle() -> None:
    _, truth = painted(20, 30)  # to the right of the middle
    row, col = np.argwhere(rotate_truth(truth, 30) == 1).mean(0)
    assert (row, col) == pytest.approx((20 - 10 * 0.5, 20 + 10 * 0.866), abs=0.2)


def test_quarter_turns_are_exact() -> None:
    truth = RNG.integers(0, 3, (12, 12)).astype(np.uint8)
    image = RNG.integers(0, 256, (12, 12, 3), dtype=np.uint8)
    np.testing.assert_array_equal(rotate_truth(truth, 90), np.rot90(truth))
    np.testing.assert_array_equal(rotate_image(image, 90, RNG), np.rot90(image))


def test_ground_that_was_not_seen_counts_for_nothing() -> None:
    turned = rotate_truth(np.zeros((40, 40), np.uint8), 45)
    assert turned[0, 0] == turned[-1, 0] == 255
    assert turned[20, 20] == turned[0, 20] == 0
    # What a square turned by 45 degrees leaves of itself: 2 * (sqrt(2) - 1).
    assert (turned == 0).mean() == pytest.approx(0.828, abs=0.02)
    assert (rotate_truth(np.full((9, 9), 255, np.uint8), 20) == 255).all()
