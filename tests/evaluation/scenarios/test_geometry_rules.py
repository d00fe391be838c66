import numpy as np
import pytest

from lanedet_mm.evaluation.scenarios.curve import is_curve, radius_m
from lanedet_mm.evaluation.scenarios.dense import density, is_dense
from lanedet_mm.evaluation.scenarios.intersection import crossings, is_intersection
from lanedet_mm.evaluation.scenarios.line_pieces import LinePieces

GSD_M = 0.1


def cut(*lines_m: np.ndarray, size_m: float = 60.0) -> LinePieces:
    """Pieces of lines in metres, (column, row)."""
    side = round(size_m / GSD_M)
    return LinePieces.cut(
        [line / GSD_M for line in lines_m],
        [False] * len(lines_m),
        gsd_m=GSD_M,
        size_hw=(side, side),
    )


def straight(col_m: float, first_m: float = -10.0, last_m: float = 70.0) -> np.ndarray:
    return np.array([[col_m, first_m], [col_m, last_m]])


def arc(radius: float) -> np.ndarray:
    """A quarter of a circle around the upper left corner."""
    turn = np.linspace(0, np.pi / 2, 400)
    return radius * np.stack([np.cos(turn), np.sin(turn)], 1)


@pytest.mark.parametrize('radius', [20.0, 80.0, 200.0])
def test_the_radius_of_an_arc_is_its_radius(radius: float) -> None:
    middle = np.array([radius * np.pi / 4])
    assert radius_m(arc(radius)[:, ::-1], middle) == pytest.approx([radius], rel=1e-3)


def test_a_line_is_straight_and_so_are_its_ends() -> None:
    line = np.array([[0.0, 0.0], [0.0, 30.0], [20.0, 30.0]])  # a corner 30 m along
    radius = radius_m(line, np.array([0.0, 3.0, 15.0, 30.0]))
    assert radius[:3] == pytest.approx([np.inf, np.inf, np.inf])
    # Chords of 12 m to both sides of a right angle lie on the circle around their square.
    assert radius[3] == pytest.approx(12 / np.sqrt(2))


def test_a_radius_of_50_m_is_a_curve_and_one_of_200_m_is_none() -> None:
    pieces = cut(arc(50.0), arc(200.0) - 120)
    assert set(pieces.line) == {0, 1}
    assert set(pieces.line[is_curve(pieces)]) == {0}
    # All but pieces at the ends, where there is no chord of 4 m.
    assert is_curve(pieces)[pieces.line == 0].mean() > 0.85


def test_density_is_length_by_area() -> None:
    pieces = cut(straight(30.0))
    middle = np.abs(pieces.along_m - 40) < 10  # 30 m of line in a circle of 15 m
    assert density(pieces)[middle] == pytest.approx(30 / (np.pi * 15**2), rel=0.03)


@pytest.mark.parametrize(('lines', 'dense'), [(5, False), (9, True)])
def test_nine_lines_side_by_side_are_dense_and_five_are_not(lines: int, dense: bool) -> None:
    pieces = cut(*(straight(30 + 3.5 * (index - lines // 2)) for index in range(lines)))
    middle = (pieces.line == lines // 2) & (np.abs(pieces.along_m - 40) < 10)
    assert (is_dense(pieces)[middle] == dense).all()


def test_lines_cross_where_they_cross_and_not_where_they_merge() -> None:
    upright = np.array([[0.0, 30.0], [60.0, 30.0]])  # (row, column)
    level = np.array([[20.0, 0.0], [20.0, 60.0]])
    slight = np.array([[0.0, 28.0], [60.0, 32.0]])  # 3.8 degrees
    assert crossings([upright, level]).tolist() == [[20.0, 30.0]]
    assert len(crossings([upright, slight])) == 0
    assert len(crossings([])) == 0


def test_pieces_within_10_m_of_a_crossing_are_at_an_intersection() -> None:
    level = np.array([[-10.0, 20.0], [70.0, 20.0]])
    pieces = cut(straight(30.0), level)
    near = is_intersection(pieces)
    away = np.abs(pieces.along_m - np.where(pieces.line == 0, 30, 40))
    assert near.tolist() == (away <= 10).tolist()


def test_an_end_counts_unless_the_line_goes_on_or_leaves_the_tile() -> None:
    ends = cut(straight(30.0, last_m=35.0))
    assert is_intersection(ends).tolist() == (np.abs(ends.along_m - 45) <= 10).tolist()
    goes_on = cut(straight(30.0, last_m=35.0), straight(30.2, first_m=35.3))
    assert not is_intersection(goes_on).any()
    assert not is_intersection(cut(straight(30.0))).any()
