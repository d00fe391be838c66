"""A whole city from a seed: motorways, streets, where they meet, and the lines on them."""

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import CITIES
from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.network.city_map import CityMap
from lanedet_mm.synthesis.network.grade_separation import Bridge, part_motorways, part_streets
from lanedet_mm.synthesis.network.interchange import place_ramps
from lanedet_mm.synthesis.network.map_element import MapElement
from lanedet_mm.synthesis.network.map_line import MapLine
from lanedet_mm.synthesis.network.motorway import Motorway
from lanedet_mm.synthesis.network.motorway_layout import draw_motorway
from lanedet_mm.synthesis.network.paint_kind import PaintKind
from lanedet_mm.synthesis.network.ramp import Ramp
from lanedet_mm.synthesis.network.road_habits import ROAD_HABITS, RoadHabits
from lanedet_mm.synthesis.network.street import Street
from lanedet_mm.synthesis.network.street_grid import lay_streets
from lanedet_mm.synthesis.network.street_joints import join_streets
from lanedet_mm.synthesis.network.town_limits import limit_town

Array = NDArray[np.float64]
MIN_EXTENT_M = 1000.0
_TOLERANCE_M = 0.02
_ELEMENT_STEP_M = 60.0


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
    elements, rings = join_streets(style, streets, motorways, rng)
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
