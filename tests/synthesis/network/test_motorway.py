import numpy as np
import pytest

from lanedet_mm.synthesis.network.motorway import Carriageway, ExtraLanes, Motorway
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID
from lanedet_mm.synthesis.network.ramp import Gore, draw_ramp
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve


def motorway() -> Motorway:
    """2 x 3 lanes of 3.5 m along 1 km to the east, lines at 2, 5.5, 9, 12.5 m."""
    curve = ReferenceCurve(np.linspace((0.0, 0.0), (1000.0, 0.0), 501))
    carriageways = (Carriageway(1, 2.0, 3, 3.5), Carriageway(-1, 2.0, 3, 3.5))
    return Motorway(curve, carriageways, WHITE_SOLID, (400.0,), ((400.0, 1000.0),))


def test_lines_of_a_plain_motorway() -> None:
    lines = motorway().lines()
    first = {line.offsets_m[0]: line.kind for line in lines if line.extent_m == (0.0, 400.0)}
    assert first == {
        side * offset: kind
        for side in (1, -1)
        for offset, kind in (
            (2.0, WHITE_SOLID),
            (5.5, WHITE_DASHED),
            (9.0, WHITE_DASHED),
            (12.5, WHITE_SOLID),
        )
    }
    second = {line.kind for line in lines if line.extent_m == (400.0, 1000.0)}
    assert second == {WHITE_SOLID}


def test_the_outer_edge_is_dashed_beside_extra_lanes() -> None:
    road = motorway()
    road.extra.append(ExtraLanes(1, (100.0, 150.0, 300.0, 300.0), 1, 4.0, solid_m=40.0))
    right = [line for line in road.lines() if line.offset(line.extent_m[1]) > 12]
    kinds = {(line.extent_m, float(line.offsets_m[-1])): line.kind for line in right}
    assert kinds[(0.0, 100.0), 12.5] == WHITE_SOLID
    assert kinds[(100.0, 260.0), 12.5] == WHITE_DASHED
    assert kinds[(260.0, 300.0), 12.5] == WHITE_SOLID  # up to the gore
    assert kinds[(100.0, 300.0), 16.5] == WHITE_SOLID
    assert kinds[(300.0, 400.0), 12.5] == WHITE_SOLID


@pytest.mark.parametrize('side', [1, -1])
@pytest.mark.parametrize('way', [1, -1])
@pytest.mark.parametrize('shape', ['slip', 'direct', 'loop'])
def test_a_ramp_starts_beside_the_motorway_and_turns_away(side: int, way: int, shape: str) -> None:
    road = motorway()
    ramp = draw_ramp(Gore(road, side, 500.0, way), shape, np.random.default_rng(3))
    assert ramp is not None
    start = ramp.curve.points_m[0]
    assert start[0] == pytest.approx(500.0)
    # Offset to the right of east is south: its axis lies half of its lanes outside of 12.5 m.
    assert -side * start[1] == pytest.approx(12.5 + ramp.half_width_m)
    away = -side * ramp.curve.at(np.array([0.0, 40.0, 80.0, 110.0]))[:, 1]
    assert (np.diff(away) > 0).all()
    assert way * (ramp.curve.at(60.0)[0] - 500.0) > 50
    # The lanes beside the motorway end where the ramp begins.
    assert ramp.extra.stations_m[3 if way > 0 else 0] == 500.0


def test_two_ramps_do_not_share_their_lanes() -> None:
    road = motorway()
    rng = np.random.default_rng(0)
    first = draw_ramp(Gore(road, 1, 500.0, 1), 'slip', rng)
    assert first is not None
    road.extra.append(first.extra)
    assert draw_ramp(Gore(road, 1, 510.0, 1), 'slip', rng) is None
    assert draw_ramp(Gore(road, -1, 510.0, 1), 'slip', rng) is not None
    assert draw_ramp(Gore(road, 1, 20.0, 1), 'slip', rng) is None  # begins before the road does
