import numpy as np
import pytest

from lanedet_mm.evaluation.lines.line_scores import score_lines
from lanedet_mm.evaluation.lines.line_sums import LineSums


def sums(truth_m: float, found_m: float, predicted_m: float, right_m: float) -> LineSums:
    """Sums of one tolerance and two classes, of which the lane class has everything."""
    return LineSums(
        tolerances_m=(0.5,),
        truth_m=np.full(2, truth_m),
        found_truth_m=np.full((1, 2), found_m),
        predicted_m=np.full(2, predicted_m),
        right_predicted_m=np.full((1, 2), right_m),
        squared_error_m3=np.full((1, 2), right_m * 0.04),
        confusion_m=np.array([[[0, 0], [0, found_m]]]),
        truth_m2=truth_m,
        found_truth_m2=np.array([found_m]),
        predicted_m2=predicted_m,
        right_predicted_m2=np.array([right_m]),
    )


def test_scores_are_of_sums_not_means_of_ratios() -> None:
    total = LineSums.add_up([sums(90, 90, 100, 80), sums(10, 0, 0, 0)])
    scores = score_lines(total)
    assert scores.completeness[0, 0] == pytest.approx(0.9)  # the mean of ratios is 0.5
    assert scores.correctness[0, 0] == pytest.approx(0.8)
    assert scores.f1[0, 0] == pytest.approx(1.44 / 1.7)
    assert scores.quality[0, 0] == pytest.approx(0.72 / 0.98)
    assert scores.redundancy[0, 0] == pytest.approx(-0.1)
    assert scores.rms_m[0, 0] == pytest.approx(0.2)
    assert scores.class_accuracy[0] == 1
    assert scores.pixel_f1[0] == pytest.approx(1.44 / 1.7)


def test_counts_for_the_bootstrap() -> None:
    assert sums(90, 85, 100, 80).counts(0.5, 1).tolist() == [85, 90, 80, 100]
    with pytest.raises(ValueError, match=r'tolerance is 0.3 m; there are \(0.5,\)'):
        sums(1, 1, 1, 1).counts(0.3)


def test_sums_of_other_tolerances_do_not_add_up() -> None:
    other = LineSums(**{**vars(sums(1, 1, 1, 1)), 'tolerances_m': (0.3,)})
    with pytest.raises(ValueError, match='compare all tiles with the same ones'):
        sums(1, 1, 1, 1) + other
    with pytest.raises(ValueError, match='at least one tile'):
        LineSums.add_up([])
    with pytest.raises(ValueError, match='at least one tile'):
        LineSums.add_up(iter([]))
