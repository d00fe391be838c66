from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from mmengine.runner import set_random_seed

from lanedet_mm.datasets.transforms import FourierAmplitudeMix
from lanedet_mm.datasets.transforms.fourier_amplitude_mix import mix_amplitudes

RNG = np.random.default_rng(0)
A, B = RNG.normal(0, 30, (2, 24, 33, 3)).astype(np.float32)
ALL = {'prob': 1.0, 'share': (1.0, 1.0), 'cutoff': 0.5}


def flat(*bgr: int, size: int = 16) -> np.ndarray:
    return np.full((size, size, 3), bgr, np.uint8)


def run(transform: FourierAmplitudeMix, image: np.ndarray) -> np.ndarray:
    return transform({'img': image})['img']


def test_no_share_is_the_image() -> None:
    np.testing.assert_allclose(mix_amplitudes(A, B, share=0, cutoff=0.5), A, atol=1e-4)


@pytest.mark.parametrize('share', [0.25, 1.0])
def test_amplitude_is_mixed_up_to_the_cutoff_and_phase_is_kept(share: float) -> None:
    mixed = mix_amplitudes(A, B, share=share, cutoff=0.1)
    before, other, after = (np.fft.fft2(one, axes=(0, 1)) for one in (A, B, mixed))
    row, col = (np.abs(np.fft.fftfreq(length, 1 / length)) for length in A.shape[:2])
    low = (row[:, None] <= 2) & (col <= 2)  # a tenth of 24 px, rounded down
    assert low.sum() == 25
    expected = (1 - share) * np.abs(before) + share * np.abs(other)
    np.testing.assert_allclose(np.abs(after)[low], expected[low], rtol=1e-3)
    np.testing.assert_allclose(after[~low], before[~low], rtol=1e-3, atol=0.05)
    turned = np.angle(after[low] * before[low].conj())
    np.testing.assert_allclose(turned, 0, atol=1e-3)


def test_a_cutoff_of_0_swaps_the_mean_colour_alone() -> None:
    a, b = A + 100, B + 150
    mixed = mix_amplitudes(a, b, share=1, cutoff=0)
    np.testing.assert_allclose(mixed, a - a.mean((0, 1)) + b.mean((0, 1)), atol=1e-3)


def test_all_of_the_spectrum_where_an_image_is_flat() -> None:
    grey = np.full_like(A, 100)
    np.testing.assert_allclose(
        mix_amplitudes(grey, 2 * grey, share=0.5, cutoff=0.5), 150, rtol=1e-5
    )


def test_the_other_image_is_one_seen_before() -> None:
    transform = FourierAmplitudeMix(**ALL, memory=2)
    dark, middle, light = flat(10, 20, 30), flat(90, 80, 70), flat(200, 210, 220)
    np.testing.assert_array_equal(run(transform, dark), dark)  # nothing has been seen
    np.testing.assert_array_equal(run(transform, middle), dark)
    run(transform, light)
    # The dark one is forgotten, and what is remembered are images as they came.
    seen = {tuple(run(transform, one)[0, 0].tolist()) for one in (middle, light) * 20}
    assert seen == {(90, 80, 70), (200, 210, 220)}


def test_the_other_image_may_come_from_a_folder(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / 'small.png'), flat(50, 60, 70, size=9))
    cv2.imwrite(str(tmp_path / 'large.png'), flat(150, 160, 170, size=40))
    (tmp_path / 'notes.txt').write_text('no image')
    transform = FourierAmplitudeMix(**ALL, image_dir=str(tmp_path))
    seen = {tuple(run(transform, flat(1, 2, 3))[7, 7].tolist()) for _ in range(30)}
    assert seen == {(50, 60, 70), (150, 160, 170)}


def test_prob_is_the_share_of_changed_images_and_a_seed_repeats() -> None:
    set_random_seed(0)
    images = [flat(value, value, value) for value in range(50, 250)]

    def changed() -> list[bool]:
        transform = FourierAmplitudeMix(prob=0.3, share=(1.0, 1.0), memory=1)
        return [bool((run(transform, one) != one).any()) for one in images]

    first = changed()
    assert 0.2 < np.mean(first) < 0.4
    set_random_seed(0)
    assert changed() == first
    never = FourierAmplitudeMix(prob=0.0)
    assert not any((run(never, one) != one).any() for one in images)


def test_the_result_is_of_8_bits_and_the_label_stays() -> None:
    transform = FourierAmplitudeMix(**ALL)
    label = RNG.integers(0, 3, (24, 32))
    for _ in range(3):
        image = RNG.integers(0, 256, (24, 32, 3), dtype=np.uint8)
        before = image.copy()
        results = transform({'img': image, 'gt_seg_map': label})
        assert (results['img'].dtype, results['img'].shape) == (np.uint8, (24, 32, 3))
        np.testing.assert_array_equal(image, before)
        assert results['gt_seg_map'] is label


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'prob': 1.5}, 'prob is 1.5'),
        ({'share': (0.5, 0.2)}, r'share \(0.5, 0.2\); needed are'),
        ({'cutoff': 0.6}, r'cutoff is 0.6 .*needed are a cutoff in \[0, 0.5\]'),
        ({'memory': 0}, 'memory 0; needed are'),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FourierAmplitudeMix(**options)


def test_a_folder_without_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f'no image in image_dir {tmp_path}'):
        FourierAmplitudeMix(image_dir=str(tmp_path))
