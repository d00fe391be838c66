"""Motorways: carriageways side by side on one axis, cut into sections, widened at ramps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID, PaintKind
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.stationed_line import Interval, StationedLine

_SHOULDER_M = 2.5


@dataclass(frozen=True)
class Carriageway:
    """Lanes of one direction between two edge lines: a side of the axis (1 is right), offsets."""

    side: int
    inner_m: float
    lanes: int
    lane_m: float

    @property
    def outer_m(self) -> float:
        """Distance from the axis to the line at its outer edge."""
        return self.inner_m + self.lanes * self.lane_m


@dataclass(frozen=True)
class ExtraLanes:
    """Lanes outside of the outermost carriageway of a side, for a ramp or by themselves.

    Attributes:
        side: Side of the axis.
        stations_m: Where they begin to open, are open, begin to close, are closed. At a ramp two
            of these coincide: the lanes go on as the ramp.
        lanes: How many.
        lane_m: Width of one.
        solid_m: Length of the solid line between them and the motorway, before a gore.
    """

    side: int
    stations_m: tuple[float, float, float, float]
    lanes: int
    lane_m: float
    solid_m: float = 0.0


@dataclass(eq=False)
class Motorway:
    """One motorway while ramps are attached to it.

    Attributes:
        curve: Its axis.
        carriageways: All of them, both directions.
        inner_kind: Paint of the line beside the median.
        cuts_m: Stations where all lines end and go on as others.
        solid_m: Stretches where lane lines are solid.
        extra: Lanes outside of the outermost carriageways.
    """

    curve: ReferenceCurve
    carriageways: tuple[Carriageway, ...]
    inner_kind: PaintKind
    cuts_m: tuple[float, ...]
    solid_m: tuple[Interval, ...]
    extra: list[ExtraLanes] = field(default_factory=list)

    @property
    def half_width_m(self) -> float:
        """Distance from the axis to the outer shoulder, without extra lanes."""
        return max(each.outer_m for each in self.carriageways) + _SHOULDER_M

    def outermost(self, side: int) -> Carriageway:
        """The carriageway that ramps leave on a side."""
        own = [each for each in self.carriageways if each.side == side]
        return max(own, key=lambda each: each.outer_m)

    def has_room(self, side: int, extent_m: Interval) -> bool:
        """Whether extra lanes fit on a side: none are there, and the road goes on beyond them."""
        inside = extent_m[0] > 0 and extent_m[1] < self.curve.length_m
        return inside and all(
            each.side != side
            or extent_m[0] > each.stations_m[3] + 20
            or extent_m[1] < each.stations_m[0] - 20
            for each in self.extra
        )

    def lines(self) -> list[StationedLine]:
        """All of its lines, cut into sections."""
        lines: list[StationedLine] = []
        for each in self.carriageways:
            lines += self._inner_lines(each)
            outermost = each is self.outermost(each.side)
            extra = [lanes for lanes in self.extra if lanes.side == each.side and outermost]
            lines += _outer_lines(each, extra, self.curve.length_m)
        return [piece for line in lines for piece in self._sections(line)]

    def _inner_lines(self, carriageway: Carriageway) -> list[StationedLine]:
        """Inner edge and lane lines, from end to end."""
        ends = (0.0, self.curve.length_m)
        lines = []
        for index in range(carriageway.lanes):
            offset = carriageway.side * (carriageway.inner_m + index * carriageway.lane_m)
            kind, role = (WHITE_DASHED, 'lane') if index else (self.inner_kind, 'edge')
            lines.append(StationedLine(ends, (offset, offset), kind, role))
        return lines

    def _sections(self, line: StationedLine) -> Iterable[StationedLine]:
        """The pieces of a line between cuts, in the paint of their section."""
        bounds = [-np.inf, *self.cuts_m, np.inf]
        for first, last in pairwise(bounds):
            piece = line.within(first, last)
            if piece is None:
                continue
            middle = sum(piece.extent_m) / 2
            solid = any(start <= middle <= end for start, end in self.solid_m)
            yield replace(piece, kind=WHITE_SOLID) if solid and line.role == 'lane' else piece


def _outer_lines(
    carriageway: Carriageway, extra: Sequence[ExtraLanes], length_m: float
) -> list[StationedLine]:
    """The outer edge: dashed where extra lanes are beside it, which have an edge of their own."""
    side, outer = carriageway.side, carriageway.outer_m
    edge = StationedLine((0.0, length_m), (side * outer,) * 2, WHITE_SOLID, 'edge')
    lines = edge.without([(each.stations_m[0], each.stations_m[3]) for each in extra])
    for each in extra:
        start, opened, closing, end = each.stations_m
        for lane in range(1, each.lanes + 1):
            offset = side * (outer + lane * each.lane_m)
            stations, offsets = [opened, closing], [offset, offset]
            if lane == each.lanes and start < opened:
                stations, offsets = [start, *stations], [side * outer, *offsets]
            if lane == each.lanes and closing < end:
                stations, offsets = [*stations, end], [*offsets, side * outer]
            last = lane == each.lanes
            kind, role = (WHITE_SOLID, 'edge') if last else (WHITE_DASHED, 'lane')
            lines.append(StationedLine(tuple(stations), tuple(offsets), kind, role))
        lines += _border_lines(each, side * outer)
    return lines


def _border_lines(extra: ExtraLanes, offset_m: float) -> list[StationedLine]:
    """The line between the motorway and extra lanes: dashed, then solid up to a gore."""
    start, opened, _, end = extra.stations_m
    gore_first = start == opened
    bounds = (start + extra.solid_m, end) if gore_first else (start, end - extra.solid_m)
    offsets = (offset_m, offset_m)
    lines = [StationedLine(bounds, offsets, WHITE_DASHED, 'lane')]
    if extra.solid_m:
        solid = (start, bounds[0]) if gore_first else (bounds[1], end)
        lines.append(StationedLine(solid, offsets, WHITE_SOLID, 'lane'))
    return lines
