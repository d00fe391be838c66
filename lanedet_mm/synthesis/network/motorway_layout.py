"""One motorway across a map: its axis, its carriageways, its sections."""

import numpy as np

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.network.curve_shapes import STEP_M, clothoid
from lanedet_mm.synthesis.network.motorway import Carriageway, Motorway
from lanedet_mm.synthesis.network.paint_kind import PaintKind
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.road_habits import RoadHabits


def draw_motorway(
    style: CityStyle,
    habits: RoadHabits,
    heading: float,
    extent_m: float,
    rng: np.random.Generator,
) -> Motorway:
    """Draw one motorway across the map.

    Args:
        style: Looks and habits of the city.
        habits: How its roads are laid out.
        heading: Its general direction, radians counter-clockwise from east.
        extent_m: Side of the square map, ground metres.
        rng: Where the dice come from.
    """
    curve = _draw_axis(habits, heading, extent_m, rng)
    layouts = list(habits.motorways)
    layout = layouts[rng.choice(len(layouts), p=list(habits.motorways.values()))]
    inner = float(rng.uniform(*habits.median_m)) / 2
    carriageways: list[Carriageway] = []
    for lanes in layout:
        pair = [
            Carriageway(side, inner, lanes, float(rng.uniform(*habits.motorway_lane_m)))
            for side in (1, -1)
        ]
        carriageways += pair
        inner = max(each.outer_m for each in pair) + float(rng.uniform(*habits.separator_m))
    sections = rng.uniform(*habits.section_m, size=int(curve.length_m / habits.section_m[0]) + 1)
    cuts = [float(cut) for cut in np.cumsum(sections) if cut < curve.length_m]
    solid = tuple(
        section
        for section in zip([0.0, *cuts], [*cuts, curve.length_m], strict=True)
        if rng.random() < habits.solid_section_share
    )
    inner_kind = PaintKind(True, bool(rng.random() >= style.yellow_centre_share), True)
    return Motorway(curve, tuple(carriageways), inner_kind, tuple(cuts), solid)


def _draw_axis(
    habits: RoadHabits, heading: float, extent_m: float, rng: np.random.Generator
) -> ReferenceCurve:
    """A chain of straights, bends and the clothoids between them, cut at the map's border."""
    forth = np.array([np.cos(heading), np.sin(heading)])
    side = np.array([-forth[1], forth[0]])
    start = -0.75 * extent_m * forth + rng.uniform(-0.3, 0.3) * extent_m * side
    straighten = 1.0
    while True:
        stations, bends = _draw_bends(habits, extent_m, rng)
        points = clothoid(start, heading, stations, [straighten * bend for bend in bends]).points_m
        inside = np.flatnonzero((np.abs(points) <= extent_m / 2).all(axis=1))
        runs = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1)
        run = max(runs, key=len)
        if len(run) * STEP_M > 0.6 * extent_m:
            return ReferenceCurve(points[run])
        straighten /= 2  # it turned away from the map; a straight road crosses it


def _draw_bends(
    habits: RoadHabits, extent_m: float, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    """Stations and the curvature at them, for longer than the map is wide."""
    stations, bends = [0.0], [0.0]
    drift = 0.0  # by how much the direction is off the general one
    low, high = np.log(habits.radius_m)
    while stations[-1] < 1.7 * extent_m:
        # Turning back is more likely the further the road has turned away.
        sign = -1 if rng.random() < 0.5 + drift else 1
        bend = sign / float(np.exp(rng.uniform(low, high)))
        length = min(float(rng.uniform(0.05, 0.5)) / abs(bend), 900.0)
        ease = 0.3 * length
        straight = float(rng.choice([0.0, rng.uniform(50, 500)]))
        for step, value in ((ease, bend), (length - ease, bend), (ease, 0.0), (straight + 1, 0.0)):
            stations.append(stations[-1] + step)
            bends.append(value)
        drift += bend * length
    return stations, bends
