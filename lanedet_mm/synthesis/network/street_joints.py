"""Every place of a city where streets meet: a junction, a roundabout, a mouth, or nothing."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.network.corridor import Corridor
from lanedet_mm.synthesis.network.crossing import Crossing, find_all_crossings
from lanedet_mm.synthesis.network.junction import arms, join
from lanedet_mm.synthesis.network.map_element import MapElement
from lanedet_mm.synthesis.network.map_line import MapLine
from lanedet_mm.synthesis.network.motorway import Motorway
from lanedet_mm.synthesis.network.roundabout import build_roundabout, fits
from lanedet_mm.synthesis.network.street import Break, Street

_ROUNDABOUT_CLEAR_M = 75.0
_MISSING_BLOCK_SHARE = 0.22
_Meeting = tuple[Street, Street, Crossing]


def join_streets(
    style: CityStyle,
    streets: list[Street],
    motorways: Sequence[Motorway],
    rng: np.random.Generator,
) -> tuple[list[MapElement], list[list[MapLine]]]:
    """Decide at every crossing of two streets what is there.

    Args:
        style: Looks and habits of the city.
        streets: The streets; they get breaks and mouths.
        motorways: Streets do not meet within their corridors.
        rng: Where the dice come from.

    Returns:
        The junctions and roundabouts, and the lines of each roundabout.
    """
    crossings = [
        (streets[first], streets[second], crossing)
        for first, second, crossing in find_all_crossings([each.curve for each in streets])
        if streets[first].rank or streets[second].rank
    ]
    zones = [Corridor(each.curve, each.half_width_m + 30) for each in motorways]
    crossings = list(_off_motorways(crossings, zones))
    _drop_blocks(streets, crossings, rng)
    round_ones = _choose_roundabouts(style.roundabout_share, crossings, rng)
    elements: list[MapElement] = []
    rings: list[list[MapLine]] = []
    for index, (first, second, crossing) in enumerate(crossings):
        centre = first.curve.at(crossing.first_m)
        count = sum(arms(first, crossing.first_m)) + sum(arms(second, crossing.second_m))
        if index in round_ones:
            rings.append(build_roundabout(first, second, crossing, rng))
            elements.append(MapElement('roundabout', centre, count))
        elif join(first, second, crossing, rng) == 'junction':
            elements.append(MapElement('junction', centre, count))
    return elements, rings


def _choose_roundabouts(
    share: float,
    crossings: Sequence[_Meeting],
    rng: np.random.Generator,
) -> set[int]:
    """Crossings that become roundabouts: a share of those with room, one at least."""
    painted = {
        i: a.curve.at(c.first_m) for i, (a, b, c) in enumerate(crossings) if a.rank and b.rank
    }
    places = np.array(list(painted.values())).reshape(-1, 2)
    room = [
        index
        for index, centre in painted.items()
        if (np.hypot(*(places - centre).T) < _ROUNDABOUT_CLEAR_M).sum() == 1
        and fits(*crossings[index])
    ]
    chosen = {index for index in room if rng.random() < share}
    return chosen or {int(rng.choice(room))} if room else set()


def _off_motorways(crossings: list[_Meeting], zones: Sequence[Corridor]) -> Iterator[_Meeting]:
    """Crossings of streets clear of motorways; at others the smaller street is taken away."""
    for first, second, crossing in crossings:
        point = first.curve.at(crossing.first_m)[None]
        if all(zone.clearance(point)[0] > 0 for zone in zones):
            yield first, second, crossing
            continue
        smaller, at = min(
            ((first, crossing.first_m), (second, crossing.second_m)), key=lambda each: each[0].rank
        )
        smaller.breaks.append(Break(at - 40, at + 40, 'open'))


def _drop_blocks(
    streets: list[Street],
    crossings: list[_Meeting],
    rng: np.random.Generator,
) -> None:
    """Take some blocks of the smaller streets away, so that not every street goes through."""
    met: dict[int, list[float]] = {}
    for first, second, crossing in crossings:
        met.setdefault(id(first), []).append(crossing.first_m)
        met.setdefault(id(second), []).append(crossing.second_m)
    for street in streets:
        stations = sorted([0.0, *met.get(id(street), []), street.curve.length_m])
        for start, end in pairwise(stations):
            if street.rank < 2 and rng.random() < _MISSING_BLOCK_SHARE:
                street.breaks.append(Break(start, end, 'open'))
