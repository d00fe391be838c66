import numpy as np
import pytest

from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.stationed_line import StationedLine

EAST = ReferenceCurve(np.array([[0.0, 0.0], [60.0, 0.0], [120.0, 0.0]]))


def test_a_line_swings_half_a_wave_between_two_offsets() -> None:
    line = StationedLine((0.0, 40.0, 60.0), (3.0, 3.0, 7.0), WHITE_SOLID, 'edge')
    # Half of the way at the middle, 2 (1 - cos 45 deg) = 0.586 m after a quarter of it.
    np.testing.assert_allclose(
        line.offset(np.array([20.0, 45.0, 50.0, 60.0])), [3, 3.586, 5, 7], atol=1e-3
    )
    points = line.points(EAST)
    np.testing.assert_allclose(points[[0, -1]], [[0, -3], [60, -7]], atol=1e-9)


def test_a_cut_swing_stays_where_it_was() -> None:
    line = StationedLine((0.0, 20.0, 40.0), (0.0, 0.0, 4.0), WHITE_SOLID, 'edge')
    left = line.within(25.0, 38.0)
    assert left is not None
    assert left.extent_m == (25.0, 38.0)
    station = np.linspace(25, 38, 40)
    np.testing.assert_allclose(left.offset(station), line.offset(station), atol=0.02)


def test_gaps_leave_the_pieces_between_them() -> None:
    line = StationedLine((0.0, 100.0), (2.0, 2.0), WHITE_DASHED, 'lane')
    pieces = line.without([(70.0, 98.0), (10.0, 20.0), (15.0, 30.0)])
    # What is left behind the last gap is 2 m long: too little to paint.
    assert [piece.extent_m for piece in pieces] == [(0.0, 10.0), (30.0, 70.0)]


@pytest.mark.parametrize('first', [-50.0, 97.0, 200.0])
def test_nothing_is_left_outside(first: float) -> None:
    line = StationedLine((0.0, 100.0), (2.0, 2.0), WHITE_DASHED, 'lane')
    assert line.within(first, first + 40) is None
