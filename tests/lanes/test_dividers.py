import math

import numpy as np
import pytest

from lanedet_mm.lanes.dividers import dividers, resample
from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, Line

GSD_M = 0.25  # 3.5 m are 14 px, a step of 0.5 m is 2 px


def up(col: float, *, first: float = 200, last: float = -40) -> Line:
    """A lane that is driven upwards."""
    return np.array([[col, first], [col, last]], np.float64)


def found(*lanes: Line, turns: tuple[Line, ...] = ()) -> tuple[Line, ...]:
    return dividers(LaneCentrelines(GSD_M, lanes, turns))


def test_resampling_goes_around_a_corner_at_one_step() -> None:
    points, heading = resample(np.array([[0.0, 0], [3, 4], [3, 4], [3, 10]]), 2.0)
    expected = [[0, 0], [1.2, 1.6], [2.4, 3.2], [3, 5], [3, 7], [3, 9]]
    np.testing.assert_allclose(points, expected, atol=1e-12)
    np.testing.assert_allclose(heading, [[0.6, 0.8]] * 3 + [[0, 1]] * 3, atol=1e-12)


def test_the_divider_lies_midway_and_is_as_long_as_its_lanes() -> None:
    (line,) = found(up(80), up(94))
    np.testing.assert_allclose(line[:, 0], 87)
    np.testing.assert_allclose(line[:, 1], np.arange(200, -40, -2))


def test_three_lanes_have_two_dividers() -> None:
    lines = found(up(80), up(108), up(94))
    assert sorted(line[:, 0].mean() for line in lines) == [87, 101]


@pytest.mark.parametrize(
    ('apart_px', 'count'), [(8, 0), (9.5, 0), (9.7, 1), (18.3, 1), (18.5, 0), (20, 0)]
)
def test_neighbours_are_2_4_to_4_6_m_apart(apart_px: float, count: int) -> None:
    assert len(found(up(80), up(80 + apart_px))) == count


def test_lanes_of_opposite_directions_have_none() -> None:
    assert found(up(80), up(94)[::-1]) == ()


@pytest.mark.parametrize(('degrees', 'count'), [(5, 1), (15, 0)])
def test_lanes_that_part_are_no_neighbours(degrees: float, count: int) -> None:
    away = np.array([[90, 200], [90 + 240 * math.tan(math.radians(degrees)), -40]])
    assert len(found(up(80), away)) == count


def test_lanes_behind_each_other_are_no_neighbours() -> None:
    assert found(up(80, first=200, last=100), up(94, first=94, last=-40)) == ()


@pytest.mark.parametrize(('length_px', 'points'), [(8, []), (12, [8])])
def test_less_than_4_m_side_by_side_is_nothing(length_px: int, points: list[int]) -> None:
    short = up(94, first=100, last=100 - length_px)
    assert [len(line) for line in found(up(80), short)] == points


def test_nothing_is_expected_within_10_m_of_a_turning_link() -> None:
    link = np.array([[87.0, 100], [97, 100]])
    before, after = found(up(80), up(94), turns=(link,))
    assert before[:, 1].tolist() == list(range(200, 141, -2))  # 10 m are 40 px
    assert after[:, 1].tolist() == list(range(58, -40, -2))


def test_distances_are_metres_at_any_scale() -> None:
    coarse = LaneCentrelines(GSD_M, (up(80), up(94)), (np.array([[87.0, 100], [97, 100]]),))
    fine = coarse.moved(np.array([[2.0, 0, 30], [0, 2, 5]]))
    for line, other in zip(dividers(coarse), dividers(fine), strict=True):
        np.testing.assert_allclose(2 * line + (30, 5), other, atol=1e-9)


def test_a_lane_of_no_length_hides_no_other() -> None:
    assert found() == ()
    assert len(found(up(80), np.array([[85.0, 50], [85, 50]]), up(94))) == 1
