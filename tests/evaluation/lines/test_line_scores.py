import numpy as np
import pytest

from lanedet_mm.evaluation.lines.line_scores import harmonic_mean, share


def test_a_share_of_nothing_is_nan() -> None:
    shares = share(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([4.0, 0.0]))
    assert shares == pytest.approx(np.array([[0.25, np.nan], [0.5, np.nan]]), nan_ok=True)


def test_harmonic_mean_of_what_is_there() -> None:
    first, second = np.array([1.0, 0.5, 0, np.nan, np.nan]), np.array([0.5, 0.5, 0, 0.0, np.nan])
    means = harmonic_mean(first, second)
    assert means == pytest.approx([2 / 3, 0.5, 0, 0, np.nan], nan_ok=True)
