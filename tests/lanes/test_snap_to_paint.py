import numpy as np
import pytest

from lanedet_mm.lanes.snap_to_paint import snap_to_paint

GSD_M = 0.125  # half a metre is 4 px, the reach of 0.8 m is 6 px
WHITE, YELLOW, ASPHALT = (230, 230, 230), (60, 200, 220), 70


def road(
    *marks: tuple[int, int], rows: slice = slice(None), color: tuple[int, int, int] = WHITE
) -> np.ndarray:
    """Asphalt of 50 m with marks from one column to another, downwards."""
    image = np.full((400, 120, 3), ASPHALT, np.uint8)
    for first, last in marks:
        image[rows, first : last + 1] = color
    return image


def down(col: float) -> np.ndarray:
    return np.array([[col, 0.0], [col, 399.0]])


@pytest.mark.parametrize('color', [WHITE, YELLOW])
@pytest.mark.parametrize('col', [55.0, 60.0, 64.5])
def test_a_line_goes_to_the_middle_of_its_paint(col: float, color: tuple[int, int, int]) -> None:
    (line,) = snap_to_paint(road((59, 61), color=color), [down(col)], gsd_m=GSD_M)
    assert np.abs(line[:, 0] - 60).max() <= 0.5
    assert np.diff(line[:, 1]).tolist() == [4] * 99


def test_a_gap_follows_its_dashes() -> None:
    image = road()
    for first in range(0, 400, 96):  # 3 m of paint every 12 m
        image[first : first + 24, 59:62] = WHITE
    (line,) = snap_to_paint(image, [down(56)], gsd_m=GSD_M)
    assert np.abs(line[:, 0] - 60).max() <= 0.5


def test_slanting_paint_is_followed() -> None:
    image = road()
    middle = np.round(np.linspace(56, 64, 400)).astype(int)
    for side in (-1, 0, 1):
        image[np.arange(400), middle + side] = WHITE
    (line,) = snap_to_paint(image, [down(60)], gsd_m=GSD_M, period_m=2)
    expected = np.interp(line[:, 1], np.arange(400), middle)
    assert np.abs(line[:, 0] - expected)[8:-8].max() <= 1


@pytest.mark.parametrize(
    ('marks', 'why'),
    [
        ([], 'no paint'),
        ([(80, 82)], 'out of reach'),
        ([(45, 75)], 'a bright road of 4 m is no line'),
    ],
)
def test_a_line_without_paint_is_left_out(marks: list[tuple[int, int]], why: str) -> None:
    assert snap_to_paint(road(*marks), [down(60)], gsd_m=GSD_M) == (), why


def test_only_the_painted_stretch_is_kept() -> None:
    image = road((59, 61), rows=slice(0, 200))
    (line,) = snap_to_paint(image, [down(60)], gsd_m=GSD_M, period_m=2, least_contrast=23)
    assert line[0, 1] == 0
    # The middle of the blurred paint has 47 grey levels; at 200 half of a period is painted.
    assert 184 <= line[-1, 1] <= 200


def test_of_two_marks_the_nearer_one_is_taken() -> None:
    (line,) = snap_to_paint(road((55, 57), (62, 64)), [down(61)], gsd_m=GSD_M)
    assert np.abs(line[:, 0] - 63).max() <= 0.5


def test_a_line_of_no_length_is_left_out() -> None:
    assert snap_to_paint(road((59, 61)), [np.array([[60.0, 5], [60, 5]])], gsd_m=GSD_M) == ()
