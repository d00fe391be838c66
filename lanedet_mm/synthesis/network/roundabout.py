"""Roundabouts: a ring of lines, and streets that part before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.network.crossing import Crossing
from lanedet_mm.synthesis.network.junction import arms
from lanedet_mm.synthesis.network.map_line import MapLine
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID, PaintKind
from lanedet_mm.synthesis.network.street import Break, Street
from lanedet_mm.synthesis.network.street_block import SPLAY_M

Array = NDArray[np.float64]
_WIDEST_STREET_M = 11.0
ENTRY_M = 4.0  # from the outer ring to where the lines of a street stop


def fits(first: Street, second: Street, crossing: Crossing) -> bool:
    """Whether a roundabout can stand where two streets meet."""
    sections = (first.section, second.section)
    if any(each is None or each.zone_m > 5 or each.divider == 'one_way' for each in sections):
        return False
    widest = max(first.half_width_m, second.half_width_m)
    count = sum(arms(first, crossing.first_m)) + sum(arms(second, crossing.second_m))
    return widest < _WIDEST_STREET_M and crossing.angle > np.radians(50) and count >= 3


def build_roundabout(
    first: Street, second: Street, crossing: Crossing, rng: np.random.Generator
) -> list[MapLine]:
    """Break both streets and draw the ring between them.

    Args:
        first: One street; `crossing.first_m` is its station.
        second: The other one.
        crossing: Where they meet.
        rng: Where the dice come from.
    """
    widest = max(first.half_width_m, second.half_width_m)
    lanes = 2 if widest > 6.5 and rng.random() < 0.7 else 1
    lane_m = float(rng.uniform(3.8, 4.6) if lanes == 2 else rng.uniform(4.8, 6.0))
    inner = max(float(rng.uniform(7, 24)), widest * 1.3)
    outer = inner + lanes * lane_m
    centre = first.curve.at(crossing.first_m)
    lines = _circle(centre, inner, WHITE_SOLID)
    if lanes == 2:
        lines += _circle(centre, inner + lane_m, WHITE_DASHED)
    for street, station in ((first, crossing.first_m), (second, crossing.second_m)):
        reach = outer + ENTRY_M
        street.breaks.append(Break(station - reach, station + reach, 'roundabout'))
    if rng.random() < 0.75:
        entries = _entries(first, crossing.first_m, outer) + _entries(
            second, crossing.second_m, outer
        )
        lines += _outer_lines(centre, outer, sorted(entries, key=lambda entry: entry.angle))
    return lines


@dataclass(frozen=True, eq=False)
class _Entry:
    """An arm of a roundabout.

    Attributes:
        angle: Its direction from the centre.
        half: Half of the angle that it opens in the ring.
        edge_ends: Where its edge lines end, counter-clockwise and clockwise of it; None where it
            has none.
    """

    angle: float
    half: float
    edge_ends: tuple[Array | None, Array | None]


def _entries(street: Street, station_m: float, outer_m: float) -> list[_Entry]:
    """The arms of one street."""
    section = street.section
    edges = [each.offset_m for each in section.stripes if each.role == 'edge'] if section else []
    found = []
    for sign, is_there in zip((-1, 1), arms(street, station_m), strict=True):
        if not is_there:
            continue
        east, north = street.curve.at(station_m + sign * outer_m) - street.curve.at(station_m)
        ends: list[Array | None] = []
        for side in (-sign, sign):  # left of the way out, then right of it
            outermost = max((side * offset for offset in edges if side * offset > 0), default=None)
            reach = station_m + sign * (outer_m + ENTRY_M)
            splayed = side * ((outermost or 0.0) + SPLAY_M)
            ends.append(None if outermost is None else street.curve.at(reach, splayed))
        half = float(np.arcsin(min((street.half_width_m + 3.0) / outer_m, 0.95)))
        found.append(_Entry(float(np.arctan2(north, east)), half, (ends[0], ends[1])))
    return found


def _outer_lines(centre: Array, radius_m: float, entries: list[_Entry]) -> list[MapLine]:
    """The outer edge of the ring between neighbouring arms, led into their edge lines."""
    lines = []
    for one, other in zip(entries, entries[1:] + entries[:1], strict=True):
        wrap = 2 * np.pi * (other.angle <= one.angle)
        first, last = one.angle + one.half, other.angle + wrap - other.half
        if (last - first) * radius_m < 4.0:
            continue
        parts = [_arc(centre, radius_m, first, last)]
        if one.edge_ends[0] is not None:
            parts.insert(0, _lead(one.edge_ends[0], parts[0][0], centre, radius_m))
        if other.edge_ends[1] is not None:
            parts.append(_lead(other.edge_ends[1], parts[-1][-1], centre, radius_m)[::-1])
        lines.append(MapLine(np.concatenate(parts), WHITE_SOLID))
    return lines


def _lead(end: Array, ring: Array, centre: Array, radius_m: float) -> Array:
    """A bend from the end of an edge line to the ring, without its last point."""
    # It leaves the ring along the tangent and comes near to the edge line's own direction.
    radial = (ring - centre) / radius_m
    tangent = np.array([-radial[1], radial[0]])
    knee = ring + tangent * float(tangent @ (end - ring)) * 0.7
    share = np.linspace(0, 1, 9)[:-1, None]
    return np.asarray(end * (1 - share) ** 2 + 2 * knee * share * (1 - share) + ring * share**2)


def _circle(centre: Array, radius_m: float, kind: PaintKind) -> list[MapLine]:
    """Two halves of a circle: a polyline that ends where it began has no ends to work with."""
    return [MapLine(_arc(centre, radius_m, start, start + np.pi), kind) for start in (0.0, np.pi)]


def _arc(centre: Array, radius_m: float, first: float, last: float) -> Array:
    """Points of a circle, about a metre apart."""
    angle = np.linspace(first, last, max(int(radius_m * (last - first)), 2) + 1)
    return np.asarray(centre + radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=-1))
