from typing import Any

import numpy as np
import pytest
from mmengine.runner import set_random_seed

from lanedet_mm.datasets.transforms import RandomConvolution
from lanedet_mm.datasets.transforms.random_convolution import convolve

IMAGE = np.random.default_rng(0).integers(60, 180, (40, 50, 3), dtype=np.uint8)


def run(transform: RandomConvolution, image: np.ndarray = IMAGE) -> np.ndarray:
    return transform({'img': image})['img']


def test_a_kernel_mixes_channels_and_neighbours() -> None:
    image = np.zeros((3, 5, 2), np.float32)
    image[1, 1, 0], image[1, 2, 1] = 10, 100
    kernel = np.zeros((1, 2, 3, 3), np.float32)
    kernel[0, 0, 1, 1], kernel[0, 1, 1, 2] = 2, 3  # itself, and its neighbour to the right
    result = convolve(image, kernel)
    assert result.shape == (3, 5, 1)
    assert result[1, :, 0].tolist() == [0, 2 * 10 + 3 * 100, 0, 0, 0]
    assert result[[0, 2]].max() == 0


def test_no_share_is_the_image() -> None:
    for _ in range(10):
        np.testing.assert_array_equal(run(RandomConvolution(prob=1, share=(0, 0))), IMAGE)


def test_a_filter_of_one_pixel_is_a_map_of_colours() -> None:
    set_random_seed(0)
    colours = np.random.default_rng(1).integers(90, 160, (6, 3), dtype=np.uint8)
    index = np.random.default_rng(2).integers(0, 6, (30, 30))
    result = run(RandomConvolution(prob=1, kernel_px=(1,), share=(1, 1)), colours[index])
    for one in range(6):
        assert len(np.unique(result[index == one], axis=0)) == 1
    assert len(np.unique(result.reshape(-1, 3), axis=0)) > 1


def test_brightness_and_contrast_stay_on_average() -> None:
    set_random_seed(0)
    noise = np.random.default_rng(0).normal(128, 12, (32, 32, 3)).round().astype(np.uint8)
    results = [run(RandomConvolution(prob=1, share=(1, 1)), noise) for _ in range(300)]
    assert np.mean(results) == pytest.approx(128, abs=1)
    assert np.mean([one.var((0, 1)).mean() for one in results]) == pytest.approx(144, rel=0.1)


def test_a_line_stays_where_it_is() -> None:
    set_random_seed(0)
    image = np.full((20, 20, 3), 90, np.uint8)
    image[:, 9:12] = 200
    changes = 0
    for _ in range(20):
        result = run(RandomConvolution(prob=1, kernel_px=(3,), share=(1, 1)), image).astype(int)
        assert np.ptp(result, axis=0).max() == 0  # the same in every row
        far = np.r_[0:8, 13:20]
        assert np.ptp(result[:, far], axis=1).max() == 0  # and nothing but near the line
        changes += np.ptp(result[0], axis=0).max() > 10
    assert changes > 15


def test_prob_is_the_share_of_changed_images_and_a_seed_repeats() -> None:
    transform = RandomConvolution(prob=0.3, share=(1, 1))
    set_random_seed(0)
    first = [run(transform) for _ in range(200)]
    assert 0.2 < np.mean([(one != IMAGE).any() for one in first]) < 0.4
    set_random_seed(0)
    assert all(np.array_equal(run(transform), one) for one in first)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'prob': -0.1}, 'prob is -0.1'),
        ({'share': (0.0, 1.2)}, r'share \(0.0, 1.2\); needed are'),
        ({'kernel_px': (3, 4)}, r'kernel_px is \(3, 4\); needed are odd sides'),
        ({'kernel_px': ()}, 'needed are odd sides'),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RandomConvolution(**options)
