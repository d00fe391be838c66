import numpy as np
import pytest

from lanedet_mm.evaluation.confusion import confusion_matrix, score_confusion

TRUTH = np.array([[0, 0, 1, 1], [1, 2, 255, 255]], np.uint8)
PREDICTED = np.array([[0, 1, 1, 1], [0, 2, 2, 0]], np.int64)


def test_matrix_counts_true_rows_and_predicted_columns_without_the_ignored() -> None:
    matrix = confusion_matrix(PREDICTED, TRUTH, 3)
    assert matrix.dtype == np.int64
    assert matrix.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]


def test_scores_of_the_matrix() -> None:
    scores = score_confusion(np.array([[1, 1, 0], [1, 2, 0], [0, 0, 1]]))
    assert scores.iou == pytest.approx([1 / 3, 1 / 2, 1])
    assert scores.precision == pytest.approx([1 / 2, 2 / 3, 1])
    assert scores.recall == pytest.approx([1 / 2, 2 / 3, 1])
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.lane_iou == pytest.approx(3 / 4)
    assert scores.mean_iou == pytest.approx((1 / 3 + 1 / 2 + 1) / 3)


def test_a_class_absent_from_the_truth_is_left_out_even_if_it_is_predicted() -> None:
    scores = score_confusion(np.array([[6, 0, 2], [1, 3, 0], [0, 0, 0]]))
    assert scores.iou == pytest.approx([6 / 9, 3 / 4, np.nan], nan_ok=True)
    assert scores.lane_iou == pytest.approx(3 / 4)
    assert scores.precision == pytest.approx([6 / 7, 1, 0])
    assert scores.recall == pytest.approx([6 / 8, 3 / 4, np.nan], nan_ok=True)


def test_a_class_in_the_truth_that_is_never_predicted_counts_as_0() -> None:
    scores = score_confusion(np.array([[8, 0, 0], [2, 2, 0], [4, 0, 0]]))
    assert scores.iou == pytest.approx([8 / 14, 1 / 2, 0])
    assert scores.lane_iou == pytest.approx(1 / 4)
    assert np.isnan(scores.precision[2])


def test_no_lane_in_the_truth_is_nan_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert np.isnan(score_confusion(np.array([[5, 1], [0, 0]])).lane_iou)
    assert np.isnan(score_confusion(np.zeros((2, 2), np.int64)).accuracy)
    assert not recwarn.list


def test_large_classes_do_not_wrap_around_in_8_bit() -> None:
    truth = np.full((4, 4), 12, np.uint8)
    matrix = confusion_matrix(truth, truth, 20)
    assert matrix[12, 12] == 16
    assert matrix.sum() == 16


def test_a_value_outside_the_classes_is_an_error() -> None:
    truth = np.array([[0, 3], [3, 255]], np.uint8)
    with pytest.raises(ValueError, match=r'truth holds the value 3 in 2 pixels.*classes 0 to 2'):
        confusion_matrix(np.zeros((2, 2), np.uint8), truth, 3)
    with pytest.raises(ValueError, match='prediction holds the value -1 in 1 pixels'):
        confusion_matrix(np.array([[0, -1]]), np.array([[0, 0]], np.uint8), 3)


def test_an_ignored_pixel_may_be_predicted_as_anything() -> None:
    matrix = confusion_matrix(np.array([7]), np.array([255]), 2)
    assert matrix.sum() == 0


def test_different_shapes_are_an_error() -> None:
    with pytest.raises(ValueError, match=r'shape \(2, 2\) and the truth \(4, 4\)'):
        confusion_matrix(np.zeros((2, 2), int), np.zeros((4, 4), int), 2)
