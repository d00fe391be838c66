"""The lines of one street between two junctions: what changes on the way to a stop line."""

from dataclasses import replace

import numpy as np

from lanedet_mm.synthesis.network.cross_section import CrossSection
from lanedet_mm.synthesis.network.paint_kind import WHITE_SOLID
from lanedet_mm.synthesis.network.stationed_line import Interval, StationedLine

_POCKET_SHARE = 0.65  # of the approaches with room in the middle
_RIGHT_POCKET_SHARE = 0.15
_SOLID_APPROACH_SHARE = 0.6
SPLAY_M = 1.6  # half of the width of the island before a roundabout
_RAGGED_M = 5.0  # lines that stop this close to the end count as reaching it
_NARROW_MEDIAN_M = 3.4  # a narrower median has no room for a turn lane


def block_lines(
    section: CrossSection, extent_m: Interval, ends: tuple[str, str], rng: np.random.Generator
) -> list[StationedLine]:
    """Lay the lines of a cross section from one end of a block to the other.

    Args:
        section: What lies where across the street.
        extent_m: First and last station with paint.
        ends: What is at the first and the last station: 'junction', 'roundabout' or 'open'.
        rng: Where the dice come from.
    """
    first, last = extent_m
    lines = [
        StationedLine((first, last), (each.offset_m,) * 2, each.kind, each.role)
        for each in section.stripes
    ]
    # Seen from its own end every approach is alike: turn the street round, do it, turn it back.
    for end, one_way_leaves in ((ends[1], False), (ends[0], section.divider == 'one_way')):
        if end == 'junction' and lines and not one_way_leaves:
            lines = _approach(lines, section, rng)
        elif end == 'roundabout' and lines:
            lines = _splay(lines)
        lines = [_turned(line) for line in lines]
    return lines


def _turned(line: StationedLine) -> StationedLine:
    """The same line for someone who drives the street the other way."""
    return replace(
        line,
        stations_m=tuple(-station for station in reversed(line.stations_m)),
        offsets_m=tuple(-offset for offset in reversed(line.offsets_m)),
        cut_m=None if line.cut_m is None else (-line.cut_m[1], -line.cut_m[0]),
    )


def _approach(
    lines: list[StationedLine], section: CrossSection, rng: np.random.Generator
) -> list[StationedLine]:
    """Solid lane lines and turn lanes before the junction at the end of the lines."""
    last = max(line.extent_m[1] for line in lines)
    length = last - min(line.extent_m[0] for line in lines)
    solid_m = float(rng.uniform(12, 40)) if rng.random() < _SOLID_APPROACH_SHARE else 0.0
    pocket_m = min(float(rng.uniform(20, 60)), 0.3 * length)
    taper_m = min(float(rng.uniform(12, 22)), 0.15 * length)
    left = pocket_m > 12 and rng.random() < _POCKET_SHARE
    right = pocket_m > 12 and rng.random() < _RIGHT_POCKET_SHARE
    depart_m = float(rng.uniform(0, 3))
    laid: list[StationedLine] = []
    for line in lines:
        offset = line.offsets_m[-1]
        mine = offset > 0 or section.divider == 'one_way'
        if line.role == 'lane' and mine and solid_m < 0.5 * length:
            laid += _painted_over(line, last - solid_m)
        elif line.role == 'zone' and offset > 0 and left and section.divider == 'turn_lane':
            laid += _painted_over(line, last - pocket_m)
        elif line.role == 'zone' and offset > 0 and left and section.zone_m > _NARROW_MEDIAN_M:
            laid += _median_pocket(line, section, last - pocket_m, taper_m)
        elif line.role == 'edge' and offset > section.lane_m and right:
            laid += _right_pocket(line, section.lane_m, last - pocket_m, taper_m)
        elif offset < 0 and not mine:
            laid += _kept(line.within(-np.inf, last - depart_m))
        else:
            laid.append(line)
    return laid


def _painted_over(line: StationedLine, station_m: float) -> list[StationedLine]:
    """The line, and from a station on a solid white one in its place."""
    end = line.within(station_m, np.inf)
    if end is None:
        return [line]
    return [*_kept(line.within(-np.inf, station_m)), replace(end, kind=WHITE_SOLID)]


def _median_pocket(
    line: StationedLine, section: CrossSection, station_m: float, taper_m: float
) -> list[StationedLine]:
    """The median gives way to a turn lane, as wide as there is room for beside its nose."""
    first, last = line.extent_m
    offset = line.offsets_m[-1]
    nose = offset - min(section.zone_m - 0.8, section.lane_m)
    swung = StationedLine(
        (first, station_m - taper_m, station_m, last),
        (offset, offset, nose, nose),
        line.kind,
        'zone',
    )
    return [swung, StationedLine((station_m, last), (offset, offset), WHITE_SOLID, 'lane')]


def _right_pocket(
    line: StationedLine, lane_m: float, station_m: float, taper_m: float
) -> list[StationedLine]:
    """The edge swings out for a turn lane."""
    first, last = line.extent_m
    offset = line.offsets_m[-1]
    outer = offset + lane_m
    swung = StationedLine(
        (first, station_m - taper_m, station_m, last),
        (offset, offset, outer, outer),
        line.kind,
        'edge',
    )
    return [swung, StationedLine((station_m, last), (offset, offset), WHITE_SOLID, 'lane')]


def _splay(lines: list[StationedLine]) -> list[StationedLine]:
    """Both directions part around the island before a roundabout."""
    first = min(line.extent_m[0] for line in lines)
    last = max(line.extent_m[1] for line in lines)
    start = last - min(22.0, 0.4 * (last - first))
    laid: list[StationedLine] = []
    for line in lines:
        offset = line.offsets_m[-1]
        if line.role == 'zone' or not _is_straight(line) or line.extent_m[1] < last - _RAGGED_M:
            laid.append(line)
        elif line.role == 'centre':
            laid += _kept(line.within(-np.inf, start))
            laid += [
                StationedLine((start, last), (0.15 * side, SPLAY_M * side), WHITE_SOLID, 'centre')
                for side in (-1, 1)
            ]
        elif line.extent_m[0] < start:
            stations = (line.extent_m[0], start, line.extent_m[1])
            outer = offset + SPLAY_M * float(np.sign(offset))
            offsets = (offset, offset, outer)
            laid.append(replace(line, stations_m=stations, offsets_m=offsets, cut_m=None))
        else:
            laid.append(line)
    return laid


def _is_straight(line: StationedLine) -> bool:
    return len(set(line.offsets_m)) == 1


def _kept(line: StationedLine | None) -> list[StationedLine]:
    return [] if line is None else [line]
