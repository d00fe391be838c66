import json

import numpy as np
import pytest

from lanedet_mm.evaluation.calibration.calibration_report import (
    best_threshold,
    calibration_report,
    confidence_threshold,
)
from lanedet_mm.evaluation.calibration.calibration_sums import CalibrationSums
from lanedet_mm.inference.class_thresholds import ClassThresholds

CLASSES = ('background', 'solid', 'dashed')


def solid_at(*groups: tuple[float, int, int]) -> CalibrationSums:
    """Pixels that are called solid: their probability, how many, how many of them are solid."""
    sure = np.concatenate([np.full(count, p) for p, count, _ in groups])
    truth = np.concatenate([np.arange(count) < right for _, count, right in groups])
    probabilities = np.stack([1 - sure, sure, 0 * sure])[:, None].astype(np.float32)
    return CalibrationSums.of_probabilities(probabilities, truth[None].astype(np.uint8))


def missed_solid(count: int, probability: float) -> CalibrationSums:
    sure = np.full((1, count), probability, np.float32)
    probabilities = np.stack([1 - sure, sure, 0 * sure])
    return CalibrationSums.of_probabilities(probabilities, np.ones((1, count), np.uint8))


def test_error_is_the_mean_distance_over_the_pixels() -> None:
    # 40 pixels at 0.9, of which 0.75 are right; 10 at 0.61, of which 0.5 are.
    report = calibration_report(solid_at((0.9, 40, 30), (0.61, 10, 5)), CLASSES)
    expected = (40 * 0.15 + 10 * 0.11) / 50
    for row in (report['lane'], report['classes']['solid']):
        assert row['ece'] == pytest.approx(expected)
        assert row['ece_predicted'] == pytest.approx(expected)
        assert [one['pixels'] for one in row['reliability']] == [10, 40]
        assert [one['correct'] for one in row['reliability']] == [0.5, 0.75]
        assert [one['confidence'] for one in row['reliability']] == pytest.approx([0.61, 0.9])
    assert report['classes']['dashed']['ece'] is None
    assert report['classes']['dashed']['reliability'] == []


def test_an_honest_model_has_no_error_over_what_it_paints() -> None:
    report = calibration_report(solid_at((0.9, 100, 90), (0.6, 50, 30)), CLASSES)
    assert report['lane']['ece_predicted'] == pytest.approx(0, abs=1e-6)


def test_missed_paint_counts_where_pixels_are_labelled() -> None:
    sums = solid_at((0.9, 10, 9)) + missed_solid(10, 0.3)
    report = calibration_report(sums, CLASSES)
    # Called background with 0.7, which is wrong ten times.
    assert report['lane']['ece'] == pytest.approx((10 * 0.0 + 10 * 0.7) / 20, abs=1e-6)
    # Solid with 0.3, which is right ten times.
    assert report['classes']['solid']['ece'] == pytest.approx(10 * 0.7 / 20, abs=1e-6)
    assert report['classes']['solid']['ece_predicted'] == pytest.approx(0, abs=1e-6)


def offers() -> CalibrationSums:
    """110 offered as solid, 80 of them solid.

    From 0.2: 80 of 110 right; from 0.55: 70 of 100; from 0.75: 60 of 75; from 0.95: 38 of 40.
    """
    return solid_at((0.55, 25, 10), (0.75, 35, 22), (0.95, 40, 38)) + missed_solid(10, 0.2)


def test_the_threshold_is_the_lowest_that_gives_the_correctness() -> None:
    assert confidence_threshold(offers(), 1, 0.72) == {
        'wanted': 0.72,
        'threshold': 0.01,  # below one half, where it adds what the background has
        'correctness': pytest.approx(80 / 110),
        'completeness': 1,
    }
    assert confidence_threshold(offers(), 1, 0.8) == {
        'wanted': 0.8,
        'threshold': 0.56,
        'correctness': 0.8,
        'completeness': 0.75,
    }
    assert confidence_threshold(offers(), 1, 0.9) == {
        'wanted': 0.9,
        'threshold': 0.76,
        'correctness': 0.95,
        'completeness': pytest.approx(38 / 80),
    }
    assert confidence_threshold(offers(), 1, 0.96)['threshold'] is None
    assert confidence_threshold(offers(), 2, 0.5)['completeness'] is None


def test_the_best_threshold_has_the_greatest_f1() -> None:
    assert best_threshold(offers(), 1) == {
        'threshold': 0.2,
        'correctness': pytest.approx(80 / 110),
        'completeness': 1,
        'f1': pytest.approx(2 * 80 / (110 + 80)),
    }
    nothing = dict.fromkeys(('threshold', 'correctness', 'completeness', 'f1'))
    assert best_threshold(offers(), 2) == nothing
    assert best_threshold(solid_at((0.9, 10, 0)), 1) == nothing


@pytest.mark.parametrize('wanted', [0.3, 0.8])
def test_a_threshold_paints_exactly_what_it_says(wanted: float) -> None:
    rng = np.random.default_rng(0)
    raw = rng.random((3, 60, 60)).astype(np.float32) ** 3
    probabilities = raw / raw.sum(0)
    truth = (rng.random((60, 60)) < probabilities[1]).astype(np.uint8)
    truth[:5] = 255
    sums = CalibrationSums.of_probabilities(probabilities, truth)
    found = confidence_threshold(sums, 1, wanted)
    limits = {'solid': np.float32(found['threshold']), 'dashed': 1.0}
    painted = (ClassThresholds(CLASSES, limits)(probabilities) == 1)[truth != 255]
    right = (truth == 1)[truth != 255]
    assert found['correctness'] == right[painted].mean() >= wanted
    assert found['completeness'] == right[painted].sum() / right.sum()
    assert (found['threshold'] < 0.5) is (wanted < 0.5)


def test_the_report_is_json() -> None:
    report = calibration_report(solid_at((0.9, 10, 9)), CLASSES, correctness=(0.5, 0.99))
    again = json.loads(json.dumps(report, allow_nan=False))
    assert again == report
    assert [one['wanted'] for one in report['classes']['solid']['thresholds']] == [0.5, 0.99]
