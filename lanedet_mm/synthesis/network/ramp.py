"""Ramps: where they leave a motorway and how they turn away from it."""

from dataclasses import dataclass

import numpy as np

from lanedet_mm.synthesis.network.curve_shapes import clothoid
from lanedet_mm.synthesis.network.motorway import ExtraLanes, Motorway
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID, PaintKind
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.stationed_line import StationedLine

SHAPES = ('slip', 'direct', 'loop')


@dataclass(frozen=True)
class Gore:
    """Where a ramp parts from a motorway.

    Attributes:
        motorway: The motorway.
        side: The side of its axis that the ramp is on.
        station_m: Where the two surfaces part.
        way: 1 if the ramp parts in the direction of the axis, -1 against it.
    """

    motorway: Motorway
    side: int
    station_m: float
    way: int


@dataclass(frozen=True, eq=False)
class Ramp:
    """One ramp: its axis away from the motorway, its lanes, and what it leaves.

    Attributes:
        curve: Its axis, from the gore on.
        gore: Where it parts from the motorway.
        extra: The lanes beside the motorway that it comes from.
    """

    curve: ReferenceCurve
    gore: Gore
    extra: ExtraLanes

    @property
    def half_width_m(self) -> float:
        """Distance from its axis to its edge lines."""
        return self.extra.lanes * self.extra.lane_m / 2

    def lines(self) -> list[StationedLine]:
        """Its two edges, and a lane line where it has two lanes."""
        ends, half = (0.0, self.curve.length_m), self.half_width_m
        # The edge beside the motorway, seen along the ramp, is that of the median for its drivers.
        near = -self.gore.side * self.gore.way
        kind = self.gore.motorway.inner_kind
        kinds: dict[float, PaintKind] = {near * half: kind, -near * half: WHITE_SOLID}
        lines = [
            StationedLine(ends, (offset, offset), kind, 'edge') for offset, kind in kinds.items()
        ]
        if self.extra.lanes == 2:
            lines.append(StationedLine(ends, (0.0, 0.0), WHITE_DASHED, 'lane'))
        return lines


def draw_ramp(gore: Gore, shape: str, rng: np.random.Generator) -> Ramp | None:
    """Draw a ramp; None where the motorway has no room for its lanes.

    Args:
        gore: Where it parts from the motorway.
        shape: One of `SHAPES`: beside the motorway, away from it, or back in a loop.
        rng: Where the dice come from.
    """
    lanes = 2 if shape == 'direct' and rng.random() < 0.4 else 1
    lane_m = float(rng.uniform(3.6, 4.4) if lanes == 1 else rng.uniform(3.4, 3.7))
    taper, length = float(rng.uniform(35, 80)), float(rng.uniform(60, 200))
    at = gore.station_m
    if gore.way > 0:
        stations = (at - length - taper, at - length, at, at)
    else:
        stations = (at, at, at + length, at + length + taper)
    if not gore.motorway.has_room(gore.side, (stations[0], stations[3])):
        return None
    solid_m = float(rng.choice([0.0, rng.uniform(12, 0.45 * length)]))
    extra = ExtraLanes(gore.side, stations, lanes, lane_m, solid_m)
    axis = gore.motorway.curve
    outer = gore.motorway.outermost(gore.side).outer_m
    start = axis.at(at, gore.side * (outer + lanes * lane_m / 2))
    bend = float(axis.heading(at + 5) - axis.heading(at - 5)) / 10 * gore.way
    away = -gore.side * gore.way
    heading = float(axis.heading(at)) + (np.pi if gore.way < 0 else 0.0)
    curve = clothoid(start, heading, *_profile(shape, bend, away, rng))
    return Ramp(curve, gore, extra)


def _profile(
    shape: str, bend: float, away: int, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    """Stations and curvatures of a ramp that starts with the motorway's own curvature."""
    leave = bend + away / float(rng.uniform(280, 420))
    stations, bends = [0.0, 30.0, 75.0], [bend, leave, leave]
    if shape == 'slip':
        # On along the motorway, at the angle that was won.
        return [*stations, 105.0, 500.0], [*bends, bend, bend]
    if shape == 'direct':
        radius, turn = float(rng.uniform(90, 300)), float(rng.uniform(0.5, 1.7))
    else:
        radius, turn = float(rng.uniform(38, 65)), float(rng.uniform(2.6, 4.2))
    ease, arc = 0.5 * radius, radius * turn
    lengths = np.cumsum([ease, arc, ease, rng.uniform(60, 220)]) + stations[-1]
    return [*stations, *lengths.tolist()], [*bends, away / radius, away / radius, 0.0, 0.0]
