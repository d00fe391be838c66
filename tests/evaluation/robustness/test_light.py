import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.light import (
    brightness,
    cast_shadow,
    colour_cast,
    contrast,
    haze,
)

RNG = np.random.default_rng


def flat(*bgr: int, size: int = 64) -> np.ndarray:
    return np.full((size, size, 3), bgr, np.uint8)


def test_brightness_is_added_and_clipped() -> None:
    image = np.array([[[0, 100, 250]]], np.uint8)
    assert brightness(image, 50, RNG(0)).tolist() == [[[50, 150, 255]]]
    assert brightness(image, -50, RNG(0)).tolist() == [[[0, 50, 200]]]


def test_contrast_shrinks_the_distance_to_the_mean_of_each_channel() -> None:
    image = np.array([[[0, 10, 200], [100, 30, 200]]], np.uint8)
    # Means 50, 20, 200; half of the distances 50, 10, 0 is left.
    assert contrast(image, 0.5, RNG(0)).tolist() == [[[25, 15, 200], [75, 25, 200]]]
    assert contrast(image, 1.0, RNG(0)).tolist() == [[[50, 20, 200], [50, 20, 200]]]


def test_shadow_is_bluish_and_leaves_the_rest() -> None:
    shaded = cast_shadow(flat(200, 200, 200, size=256), 0.5, RNG(0))
    darkest = shaded[np.unravel_index(shaded[..., 1].argmin(), (256, 256))]
    # 200 * (1 - 0.5 * 0.85), 200 * (1 - 0.5), 200 * (1 - 0.5 * 1.1)
    assert darkest.tolist() == [115, 100, 90]
    lit = (shaded == 200).all(2).mean()
    assert 0.1 < lit < 0.9


def test_haze_pulls_towards_its_colour_and_its_mean_is_the_veil() -> None:
    images = [haze(flat(0, 0, 0, size=128), 0.5, RNG(seed)) for seed in range(20)]
    share = np.mean(images, (0, 1, 2)) / [235, 228, 220]
    assert share == pytest.approx([0.5] * 3, abs=0.02)
    assert haze(flat(235, 228, 220), 0.7, RNG(0)).tolist() == flat(235, 228, 220).tolist()
    assert np.ptp(images[0][..., 0]) > 20  # thicker here than there


def test_colour_cast_changes_channels_and_not_their_sum() -> None:
    result = colour_cast(flat(100, 100, 100), 0.5, RNG(0))
    assert len(np.unique(result)) > 1
    assert result[0, 0].astype(int).sum() == pytest.approx(300, abs=1)
    assert (np.abs(result.astype(int) - 100) <= 50).all()
    assert colour_cast(flat(0, 0, 0), 0.5, RNG(0)).max() == 0
