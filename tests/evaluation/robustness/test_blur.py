import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.blur import defocus_blur, disc_kernel, motion_kernel

CORNER = np.sqrt(0.5)


def test_a_way_along_a_row_is_a_mean_of_its_pixels() -> None:
    expected = np.zeros((5, 5))
    expected[2, 1:4] = 1 / 3
    np.testing.assert_allclose(motion_kernel(3, 0.0), expected, atol=1e-7)
    np.testing.assert_allclose(motion_kernel(3, np.pi / 2), expected.T, atol=1e-7)


def test_a_slanted_way_is_shared_by_the_pixels_around() -> None:
    kernel = motion_kernel(3, np.pi / 4)
    # The last point lies at (0.71, 0.71) from the middle.
    assert kernel[3, 3] == pytest.approx(CORNER**2 / 3)
    assert kernel[3, 2] == pytest.approx(CORNER * (1 - CORNER) / 3)
    assert kernel[2, 2] == pytest.approx((1 + 2 * (1 - CORNER) ** 2) / 3)
    assert kernel[3, 1] == 0


@pytest.mark.parametrize('angle', np.linspace(0, np.pi, 7))
def test_a_way_keeps_brightness_and_place(angle: float) -> None:
    kernel = motion_kernel(9, angle)
    assert kernel.sum() == pytest.approx(1)
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], atol=1e-7)


def test_a_disc_covers_shares_of_pixels() -> None:
    kernel = disc_kernel(1.0)
    assert kernel.shape == (3, 3)
    assert kernel[1, 1] == pytest.approx(1 / np.pi, rel=0.01)
    # A circle of radius 1 covers the pixel above from 0.5 to its edge: 0.4566 of it.
    assert kernel[0, 1] == pytest.approx(0.4566 / np.pi, rel=0.02)
    assert kernel[0, 0] == pytest.approx((1 - (1 + 4 * 0.4566) / np.pi) / 4, rel=0.1)
    assert disc_kernel(0.5).tolist() == [[1.0]]
    assert disc_kernel(4.0).shape == (9, 9)


def test_defocus_spreads_a_point_by_its_kernel() -> None:
    image = np.zeros((7, 7, 3), np.uint8)
    image[3, 3] = 200
    got = defocus_blur(image, 1.5, np.random.default_rng(0))[2:5, 2:5, 0]
    np.testing.assert_allclose(got, disc_kernel(1.5) * 200, atol=0.51)
