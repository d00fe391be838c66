"""Roundabouts: a ring of lines, and streets that part before it."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.crossing import Crossing
from lanedet_mm.synthesis.junction import arms
from lanedet_mm.synthesis.map_line import MapLine
from lanedet_mm.synthesis.paint_kind import WHITE_DASHED, WHITE_SOLID
from lanedet_mm.synthesis.street import Break, Street

Array = NDArray[np.float64]
_WIDEST_STREET_M = 11.0
_ENTRY_M = 4.0  # from the outer ring to where the lines of a street stop


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
    lines = [MapLine(_arc(centre, inner, 0, 2 * np.pi), WHITE_SOLID)]
    if lanes == 2:
        lines.append(MapLine(_arc(centre, inner + lane_m, 0, 2 * np.pi), WHITE_DASHED))
    for street, station in ((first, crossing.first_m), (second, crossing.second_m)):
        reach = outer + _ENTRY_M
        street.breaks.append(Break(station - reach, station + reach, 'roundabout'))
    if rng.random() < 0.75:
        lines += _outer_arcs(centre, outer, _entries(first, second, crossing, outer))
    return lines


def _entries(
    first: Street, second: Street, crossing: Crossing, outer_m: float
) -> list[tuple[float, float]]:
    """Direction of each arm from the centre, and half of the angle that it opens in the ring."""
    found = []
    for street, station in ((first, crossing.first_m), (second, crossing.second_m)):
        gap = street.half_width_m + 3.0
        for sign, is_there in zip((-1, 1), arms(street, station), strict=True):
            if is_there:
                east, north = street.curve.at(station + sign * outer_m) - street.curve.at(station)
                half = float(np.arcsin(min(gap / outer_m, 0.95)))
                found.append((float(np.arctan2(north, east)), half))
    return sorted(found)


def _outer_arcs(
    centre: Array, radius_m: float, entries: list[tuple[float, float]]
) -> list[MapLine]:
    """The outer edge of the ring between neighbouring arms."""
    lines = []
    for (start, half), (end, next_half) in zip(entries, entries[1:] + entries[:1], strict=True):
        end += 2 * np.pi * (end <= start)
        first, last = start + half, end - next_half
        if (last - first) * radius_m > 4.0:
            lines.append(MapLine(_arc(centre, radius_m, first, last), WHITE_SOLID))
    return lines


def _arc(centre: Array, radius_m: float, first: float, last: float) -> Array:
    """Points of a circle, about a metre apart."""
    angle = np.linspace(first, last, max(int(radius_m * (last - first)), 2) + 1)
    return np.asarray(centre + radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=-1))
