"""Where streets meet at one level: whose paint stops, and where."""

import numpy as np

from lanedet_mm.synthesis.network.crossing import Crossing, overlap_m
from lanedet_mm.synthesis.network.street import Break, Mouth, Street

_CORNER_M = (3.0, 7.0)
_PROBE_M = 10.0
_GIVE_WAY_SHARE = 0.5  # of the small streets that end at a main one: its lines run on


def arms(street: Street, station_m: float) -> tuple[bool, bool]:
    """Whether a street runs on before and after a station."""
    return street.is_there(station_m - _PROBE_M), street.is_there(station_m + _PROBE_M)


def join(first: Street, second: Street, crossing: Crossing, rng: np.random.Generator) -> str | None:
    """Stop the lines of two streets where they meet.

    Args:
        first: One street; `crossing.first_m` is its station.
        second: The other one.
        crossing: Where they meet.
        rng: Where the dice come from.

    Returns:
        'junction' where lines of both stop, 'mouth' where the smaller one opens onto the larger
        one, None where they do not meet or have no paint.
    """
    arms_a, arms_b = arms(first, crossing.first_m), arms(second, crossing.second_m)
    if not (any(arms_a) and any(arms_b)) or first.rank == second.rank == 0:
        return None
    if first.rank < second.rank:
        swapped = Crossing(crossing.second_m, crossing.first_m, crossing.angle)
        return join(second, first, swapped, rng)
    corner = float(rng.uniform(*_CORNER_M))
    gives_way = all(arms_a) and not all(arms_b) and rng.random() < _GIVE_WAY_SHARE
    if second.rank == 0 or gives_way:
        if all(arms_a):
            first.mouths.append(_mouth(first, second, crossing, corner, rng))
        reach = overlap_m(second.half_width_m, first.half_width_m, crossing.angle) + corner
        second.breaks.append(_break(crossing.second_m, reach, 'junction'))
        return 'mouth'
    stop(first, second, crossing, corner)
    return 'junction'


def stop(first: Street, second: Street, crossing: Crossing, corner_m: float) -> None:
    """Stop all lines of both streets before the surface of the other one, and a corner more."""
    for own, other, station in (
        (first, second, crossing.first_m),
        (second, first, crossing.second_m),
    ):
        reach = overlap_m(own.half_width_m, other.half_width_m, crossing.angle) + corner_m
        own.breaks.append(_break(station, reach, 'junction'))


def _break(station_m: float, reach_m: float, kind: str) -> Break:
    return Break(station_m - reach_m, station_m + reach_m, kind)


def _mouth(
    main: Street, small: Street, crossing: Crossing, corner_m: float, rng: np.random.Generator
) -> Mouth:
    """The gap in the lines of a main street where a small one opens onto it."""
    before, after = arms(small, crossing.second_m)
    turn = small.curve.heading(crossing.second_m) - main.curve.heading(crossing.first_m)
    side = (-1 if np.sin(turn) > 0 else 1) * (after - before)
    reach = overlap_m(main.half_width_m, small.half_width_m, crossing.angle) + corner_m
    through = bool(rng.random() < (0.7 if side == 0 else 0.45))
    return Mouth(crossing.first_m - reach, crossing.first_m + reach, side, through)
