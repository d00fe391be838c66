"""Ramps of a whole city: at the streets that cross a motorway, and on the way between."""

from collections.abc import Sequence

import numpy as np

from lanedet_mm.synthesis.network.corridor import Corridor
from lanedet_mm.synthesis.network.crossing import find_crossings
from lanedet_mm.synthesis.network.motorway import Motorway
from lanedet_mm.synthesis.network.ramp import Gore, Ramp, draw_ramp
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.road_habits import RoadHabits
from lanedet_mm.synthesis.network.street import Mouth, Street

_SHORTEST_M = 90.0
_FREE_M = 70.0  # from the gore, before which a ramp is still beside its own motorway
_SLIP_SHARE = 0.55  # of the four places for a ramp at a street that crosses
_MOUTH_M = 9.0


def place_ramps(
    motorways: Sequence[Motorway],
    streets: Sequence[Street],
    habits: RoadHabits,
    rng: np.random.Generator,
) -> list[Ramp]:
    """Attach ramps to motorways; each ends where it comes to another road.

    Args:
        motorways: The motorways; they get extra lanes.
        streets: The streets; a ramp that ends at one opens its lines.
        habits: How the city's roads are laid out.
        rng: Where the dice come from.
    """
    kerbs = [
        (street, Corridor(street.curve, street.half_width_m)) for street in streets if street.rank
    ]
    shoulders = {id(each): Corridor(each.curve, each.half_width_m) for each in motorways}
    ramps: list[Ramp] = []
    taken: list[Corridor] = []
    for motorway in motorways:
        for gore, shape in _gores(motorway, streets, habits, rng):
            if _is_near_motorway(gore, motorways):
                continue
            ramp = draw_ramp(gore, shape, rng)
            if ramp is None:
                continue
            ends = [_end_at(ramp, corridor) for corridor in taken]
            ends += [_end_at(ramp, shoulders[id(each)]) for each in motorways]
            at_streets = [_end_at(ramp, kerb, street) for street, kerb in kerbs]
            last = min([ramp.curve.length_m, *ends, *at_streets])
            if last < _SHORTEST_M:
                continue
            if at_streets and min(at_streets) == last < ramp.curve.length_m:
                street, kerb = kerbs[int(np.argmin(at_streets))]
                _open(street, kerb, ramp, last)
            curve = ReferenceCurve(ramp.curve.at(np.linspace(0, last, int(last / 2) + 2)))
            ramps.append(Ramp(curve, gore, ramp.extra))
            taken.append(Corridor(curve, ramp.half_width_m + 4.0))
            motorway.extra.append(ramp.extra)
    return ramps


def _gores(
    motorway: Motorway, streets: Sequence[Street], habits: RoadHabits, rng: np.random.Generator
) -> list[tuple[Gore, str]]:
    """Where ramps could be, best places first, and their shapes."""
    wanted = []
    for street in streets:
        if street.section is None:
            continue
        for crossing in find_crossings(motorway.curve, street.curve):
            if not street.is_there(crossing.second_m):
                continue
            for side in (1, -1):
                for way in (1, -1):
                    at = crossing.first_m - way * float(rng.uniform(170, 330))
                    if rng.random() < _SLIP_SHARE:
                        wanted.append((Gore(motorway, side, at, way), 'slip'))
    for side in (1, -1):
        at = float(rng.uniform(*habits.ramp_spacing_m))
        while at < motorway.curve.length_m:
            way = int(rng.choice([1, -1]))
            shape = str(rng.choice(['direct', 'direct', 'loop', 'loop', 'slip']))
            wanted.append((Gore(motorway, side, at, way), shape))
            at += float(rng.uniform(*habits.ramp_spacing_m))
    return wanted


def _is_near_motorway(gore: Gore, motorways: Sequence[Motorway]) -> bool:
    """Whether a gore lies where another motorway crosses."""
    point = gore.motorway.curve.at(gore.station_m)
    return any(
        float(np.hypot(*(each.curve.points_m - point).T).min()) < each.half_width_m + 60
        for each in motorways
        if each is not gore.motorway
    )


def _end_at(ramp: Ramp, corridor: Corridor, street: Street | None = None) -> float:
    """Station where a ramp comes to a corridor; infinity if it never does."""
    station, points = ramp.curve.stations_m, ramp.curve.points_m
    hits = np.flatnonzero(corridor.in_box(points, ramp.half_width_m))
    own = corridor.curve is ramp.gore.motorway.curve
    hits = hits[station[hits] > _FREE_M] if own else hits
    if not len(hits):
        return np.inf
    hits = hits[corridor.clearance(points[hits]) < (0.0 if own else ramp.half_width_m)]
    if street is not None:
        there = [street.is_there(corridor.station(points[each])) for each in hits]
        hits = hits[np.array(there, bool)]
    return float(station[hits[0]]) if len(hits) else np.inf


def _open(street: Street, kerb: Corridor, ramp: Ramp, last_m: float) -> None:
    """Interrupt the near edge line of the street that a ramp ends at."""
    point = ramp.curve.at(last_m)
    at = kerb.station(point)
    heading = street.curve.heading(at)
    gap = point - street.curve.at(at)
    right = float(gap @ np.array([np.sin(heading), -np.cos(heading)]))
    reach = ramp.half_width_m + _MOUTH_M
    street.mouths.append(Mouth(at - reach, at + reach, 1 if right > 0 else -1, False))
