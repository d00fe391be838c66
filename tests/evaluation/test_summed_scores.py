import numpy as np
import pytest

from lanedet_mm.evaluation.confusion import score_confusion
from lanedet_mm.evaluation.summed_scores import summed_lane_iou, summed_line_f1


def test_lane_iou_is_that_of_one_confusion_matrix() -> None:
    matrices = np.random.default_rng(0).integers(0, 9, (20, 3, 3))
    matrices[3, 1] = 0  # a class that the truth does not hold, yet is predicted
    matrices[4, 1:] = 0
    expected = [score_confusion(matrix).lane_iou for matrix in matrices]
    assert summed_lane_iou(matrices.astype(float)) == pytest.approx(expected, nan_ok=True)
    assert np.isnan(expected[4])
    assert np.isfinite(expected[3])


def test_f1_of_lengths_by_hand() -> None:
    counts = np.array([[5.0, 10, 6, 6], [0, 10, 0, 0], [0, 0, 0, 0]])
    assert summed_line_f1(counts) == pytest.approx([2 / 3, 0, np.nan], nan_ok=True)
