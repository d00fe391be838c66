"""Where motorways meet streets and each other at two levels: the upper one hides lines."""

from dataclasses import dataclass

import numpy as np

from lanedet_mm.synthesis.network.corridor import Corridor
from lanedet_mm.synthesis.network.crossing import Crossing, find_crossings, overlap_m
from lanedet_mm.synthesis.network.motorway import Motorway
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.street import Break, Street

_CLEAR_M = 14.0  # from a motorway's shoulder to the first street beside it
_FLATTEST = np.radians(35)


@dataclass(frozen=True, eq=False)
class Bridge:
    """A short piece of an upper road that hides the lines of the road beneath it.

    Attributes:
        deck: The ground that it covers.
        above: The road that runs over it.
        station_m: Where on that road it is.
        below: The motorway or street whose lines it hides.
    """

    deck: Corridor
    above: Motorway | Street
    station_m: float
    below: Motorway | Street

    @property
    def stands(self) -> bool:
        """Whether the road above goes on there; a street may have been taken away since."""
        return isinstance(self.above, Motorway) or self.above.is_there(self.station_m)


def part_streets(
    motorway: Motorway, streets: list[Street], rng: np.random.Generator
) -> list[Bridge]:
    """Make all streets cross a motorway on another level, or stop before it.

    Args:
        motorway: The motorway.
        streets: Streets; those that come too near to it without crossing it are broken there.
        rng: Where the dice come from.
    """
    zone = Corridor(motorway.curve, motorway.half_width_m + _CLEAR_M)
    bridges = []
    for street in streets:
        station = street.curve.stations_m
        inside = zone.clearance(street.curve.points_m) < 0
        if not inside.any():
            continue
        crossings = find_crossings(street.curve, motorway.curve)
        runs = np.split(np.arange(len(inside)), np.flatnonzero(np.diff(inside)) + 1)
        for run in (run for run in runs if inside[run[0]]):
            first, last = float(station[run[0]]), float(station[run[-1]])
            within = [each for each in crossings if first <= each.first_m <= last]
            if len(within) != 1 or not _is_short(street, zone, within[0], last - first):
                street.breaks.append(Break(first, last, 'open'))
            elif street.section is not None:
                bridges.append(_bridge(street, motorway, within[0], rng))
    return bridges


def _is_short(street: Street, zone: Corridor, crossing: Crossing, length_m: float) -> bool:
    """Whether a street crosses the zone instead of running along in it."""
    straight = 2 * overlap_m(street.half_width_m, zone.half_width_m, crossing.angle)
    return crossing.angle > _FLATTEST and length_m < 1.3 * straight


def _bridge(
    street: Street, motorway: Motorway, crossing: Crossing, rng: np.random.Generator
) -> Bridge:
    """A bridge of the street, or of the motorway."""
    if rng.random() < 0.5:
        deck = _deck(street.curve, crossing.first_m, motorway.half_width_m, crossing.angle)
        return Bridge(Corridor(deck, street.half_width_m + 1.0), street, crossing.first_m, motorway)
    deck = _deck(motorway.curve, crossing.second_m, street.half_width_m, crossing.angle)
    return Bridge(Corridor(deck, motorway.half_width_m + 1.0), motorway, crossing.second_m, street)


def part_motorways(upper: Motorway, lower: Motorway) -> list[Bridge]:
    """Bridges of one motorway over another one."""
    bridges = []
    for crossing in find_crossings(upper.curve, lower.curve):
        deck = _deck(upper.curve, crossing.first_m, lower.half_width_m, crossing.angle)
        corridor = Corridor(deck, upper.half_width_m + 1.0)
        bridges.append(Bridge(corridor, upper, crossing.first_m, lower))
    return bridges


def _deck(
    upper: ReferenceCurve, station_m: float, below_half_m: float, angle: float
) -> ReferenceCurve:
    """The axis of a bridge: what of the upper road is above the lower one, and some metres."""
    reach = overlap_m(10.0, below_half_m + 10.0, angle)
    first, last = max(station_m - reach, 0.0), min(station_m + reach, upper.length_m)
    return ReferenceCurve(upper.at(np.linspace(first, last, 41)))
