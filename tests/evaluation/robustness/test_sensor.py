import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.sensor import jpeg, noise, resample

RNG = np.random.default_rng
GREY = np.full((100, 100, 3), 128, np.uint8)


def test_noise_has_the_deviation_and_no_mean() -> None:
    error = noise(GREY, 20, RNG(0)).astype(float) - 128
    assert error.std() == pytest.approx(20, rel=0.02)
    assert error.mean() == pytest.approx(0, abs=0.5)
    channels = error.reshape(-1, 3).T
    assert np.abs(np.corrcoef(channels) - np.eye(3)).max() < 0.05


def test_the_same_noise_only_stronger() -> None:
    weak, strong = (noise(GREY, sigma, RNG(7)).astype(float) - 128 for sigma in (10, 30))
    assert np.abs(strong - 3 * weak).max() <= 2  # rounding


def test_jpeg_of_a_lower_quality_errs_more() -> None:
    image = RNG(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    errors = [np.abs(jpeg(image, q, RNG(0)).astype(int) - image).mean() for q in (95, 50, 7)]
    assert 0 < errors[0] < errors[1] < errors[2]
    assert np.array_equal(jpeg(GREY, 7, RNG(0)), GREY)  # a flat grey has nothing to lose


def test_pixels_of_twice_the_size_are_means_of_four() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    image[:2, 2:4] = [[[40]], [[80]]]
    coarse = resample(image, 2.0, RNG(0))
    assert coarse[..., 0].tolist() == [[0, 60, 0], [0, 0, 0]]
    assert resample(image, 0.5, RNG(0)).shape == (8, 12, 3)
    assert resample(image, 1.6, RNG(0)).shape == (2, 4, 3)  # 4 / 1.6 and 6 / 1.6, rounded
