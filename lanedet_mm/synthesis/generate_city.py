"""A whole city from a seed: motorways, streets, where they meet, and the lines on them."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import CITIES
from lanedet_mm.synthesis.city_map import CityMap
from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.corridor import Corridor
from lanedet_mm.synthesis.crossing import Crossing, find_crossings
from lanedet_mm.synthesis.grade_separation import Bridge, part_motorways, part_streets
from lanedet_mm.synthesis.interchange import place_ramps
from lanedet_mm.synthesis.junction import arms, join
from lanedet_mm.synthesis.map_element import MapElement
from lanedet_mm.synthesis.map_line import MapLine
from lanedet_mm.synthesis.motorway import Motorway, draw_motorway
from lanedet_mm.synthesis.paint_kind import PaintKind
from lanedet_mm.synthesis.ramp import Ramp
from lanedet_mm.synthesis.road_habits import ROAD_HABITS, RoadHabits
from lanedet_mm.synthesis.roundabout import build_roundabout, fits
from lanedet_mm.synthesis.street import Break, Street
from lanedet_mm.synthesis.street_grid import lay_streets
from lanedet_mm.synthesis.town_limits import limit_town

Array = NDArray[np.float64]
MIN_EXTENT_M = 1000.0
_TOLERANCE_M = 0.02
_ELEMENT_STEP_M = 60.0
_ROUNDABOUT_CLEAR_M = 75.0
_MISSING_BLOCK_SHARE = 0.22


def generate_city(style: CityStyle, *, seed: int, extent_m: float = 3000.0) -> CityMap:
    """Lay out a city.

    Args:
        style: Looks and habits of the city; its name chooses the entry of `ROAD_HABITS`.
        seed: The same seed gives the same city.
        extent_m: Side of the square map in ground metres, at least `MIN_EXTENT_M`.
    """
    if not extent_m >= MIN_EXTENT_M:
        raise ValueError(f'extent_m is {extent_m}; a city needs {MIN_EXTENT_M} m at least')
    if style.name not in CITIES:
        raise ValueError(f'no road habits for city {style.name!r}; there are {CITIES}')
    habits = ROAD_HABITS[style.name]
    rng = np.random.default_rng([seed, CITIES.index(style.name)])
    motorways = _lay_motorways(style, habits, extent_m, rng)
    streets = lay_streets(style, habits, extent_m, rng)
    limit_town(streets, share=habits.town_share, extent_m=extent_m, rng=rng)
    bridges = [bridge for pair in combinations(motorways, 2) for bridge in part_motorways(*pair)]
    for motorway in motorways:
        bridges += part_streets(motorway, streets, rng)
    elements, rings = _join_streets(style, streets, motorways, rng)
    ramps = place_ramps(motorways, streets, habits, rng)
    builder = _Builder(CITIES.index(style.name), [each for each in bridges if each.stands])
    for ring in rings:
        builder.add(None, [(line.points_m, line.kind) for line in ring])
    for motorway in motorways:
        builder.add(
            motorway, [(line.points(motorway.curve), line.kind) for line in motorway.lines()]
        )
    for ramp in ramps:
        builder.add(ramp, [(line.points(ramp.curve), line.kind) for line in ramp.lines()])
    for street in streets:
        builder.add(street, [(line.points(street.curve), line.kind) for line in street.lines(rng)])
    elements += _places(motorways, ramps, streets)
    return CityMap(
        latitude_deg=style.latitude_deg,
        longitude_deg=style.longitude_deg,
        extent_m=extent_m,
        lines=builder.lines,
        elements=elements,
    )


class _Builder:
    """Collects lines, numbers them, and hides what is under bridges."""

    def __init__(self, city: int, bridges: Sequence[Bridge]) -> None:
        self.lines: list[MapLine] = []
        self._bridges = bridges
        self._first_id = city * 10**7
        self._roads = 0

    def add(
        self, road: Motorway | Ramp | Street | None, lines: Sequence[tuple[Array, PaintKind]]
    ) -> None:
        """Add the lines of one road."""
        self._roads += 1
        for points, kind in lines:
            pieces = [points]
            for bridge in self._bridges:
                if bridge.below is road:
                    pieces = [part for piece in pieces for part in bridge.deck.outside(piece)]
            for piece in pieces:
                lane_id = f'{self._first_id + len(self.lines):08d}'
                road_id = f'{self._first_id + self._roads:08d}'
                self.lines.append(MapLine(_simplified(piece), kind, road_id, lane_id))


def _simplified(points: Array) -> Array:
    """A polyline with as few vertices as stay within `_TOLERANCE_M` of it."""
    start = points[0]  # float32 holds a millimetre only near to the origin
    kept = cv2.approxPolyDP((points - start).astype(np.float32)[:, None], _TOLERANCE_M, False)
    return np.asarray(start + kept[:, 0].astype(np.float64))


def _lay_motorways(
    style: CityStyle, habits: RoadHabits, extent_m: float, rng: np.random.Generator
) -> list[Motorway]:
    """Two motorways or three, well apart in direction."""
    count = 2 + int(rng.random() < 3 * style.motorway_share)
    first = rng.uniform(0, np.pi)
    headings = first + np.arange(count) * np.pi / count + rng.uniform(-0.25, 0.25, count)
    return [draw_motorway(style, habits, float(each), extent_m, rng) for each in headings]


def _join_streets(
    style: CityStyle,
    streets: list[Street],
    motorways: Sequence[Motorway],
    rng: np.random.Generator,
) -> tuple[list[MapElement], list[list[MapLine]]]:
    """Decide at every crossing of two streets what is there; also the lines of roundabouts."""
    crossings = [
        (first, second, crossing)
        for first, second in combinations(streets, 2)
        if first.rank or second.rank
        for crossing in find_crossings(first.curve, second.curve)
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
    crossings: Sequence[tuple[Street, Street, Crossing]],
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


def _off_motorways(
    crossings: list[tuple[Street, Street, Crossing]], zones: Sequence[Corridor]
) -> Iterator[tuple[Street, Street, Crossing]]:
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
    crossings: list[tuple[Street, Street, Crossing]],
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


def _places(
    motorways: Sequence[Motorway], ramps: Sequence[Ramp], streets: Sequence[Street]
) -> list[MapElement]:
    """Places along roads, one every `_ELEMENT_STEP_M`, and one at every gore."""
    found = [MapElement('ramp', ramp.curve.at(0.0)) for ramp in ramps]
    for motorway in motorways:
        for station in np.arange(0.0, motorway.curve.length_m, _ELEMENT_STEP_M):
            found.append(MapElement('motorway', motorway.curve.at(station)))
    for street in streets:
        for (start, end), _ in street.blocks() if street.section is not None else []:
            for station in np.arange(start + 10, end, _ELEMENT_STEP_M):
                found.append(MapElement('street', street.curve.at(station)))
    return found
