import numpy as np
import pytest

from lanedet_mm.visualization.error_map import (
    ERROR_NAMES,
    ERROR_PALETTE,
    FALSE,
    FOUND,
    MISSED,
    WRONG_CLASS,
    error_map,
)


def line(row: int, value: int) -> np.ndarray:
    mask = np.zeros((20, 6), np.uint8)
    mask[row] = value
    return mask


@pytest.mark.parametrize(
    ('predicted', 'at_truth', 'at_prediction'),
    [
        (line(5, 1), FOUND, FOUND),
        (line(7, 1), FOUND, 0),  # 2 px off, within 3
        (line(8, 1), FOUND, 0),
        (line(9, 1), MISSED, FALSE),  # 4 px off
        (line(7, 2), WRONG_CLASS, 0),
        (line(5, 2), WRONG_CLASS, WRONG_CLASS),
        (line(5, 0), MISSED, MISSED),
    ],
)
def test_one_line_by_hand(predicted: np.ndarray, at_truth: int, at_prediction: int) -> None:
    errors = error_map(line(5, 1), predicted)
    assert set(errors[5].tolist()) == {at_truth}
    row = int(np.argwhere(predicted)[0, 0]) if predicted.any() else 5
    assert set(errors[row].tolist()) == {at_prediction}


def test_paint_on_ignored_ground_is_no_error_and_ignored_lanes_are_not_missed() -> None:
    assert error_map(line(5, 255), line(7, 1)).max() == 0
    assert error_map(line(5, 255), line(7, 0)).max() == 0
    assert set(error_map(line(5, 255), line(9, 1))[9].tolist()) == {FALSE}


def test_two_classes_side_by_side_are_each_their_own() -> None:
    truth = line(5, 1) + line(7, 2)
    errors = error_map(truth, line(5, 1) + line(15, 2))
    assert set(errors[5].tolist()) == {FOUND}
    assert set(errors[7].tolist()) == {WRONG_CLASS}
    assert set(errors[15].tolist()) == {FALSE}


def test_every_error_has_a_name_and_a_colour_of_its_own() -> None:
    assert ERROR_NAMES[MISSED] == 'missed'
    assert len(ERROR_NAMES) == len(ERROR_PALETTE) == len(set(ERROR_PALETTE)) == FALSE + 1


def test_different_shapes_are_an_error() -> None:
    with pytest.raises(
        ValueError, match=r'truth of shape \(20, 6\), prediction of shape \(6, 20\)'
    ):
        error_map(line(5, 1), line(5, 1).T)
