"""What lies where across a street."""

from dataclasses import dataclass

import numpy as np

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID, PaintKind
from lanedet_mm.synthesis.network.road_habits import RoadHabits


@dataclass(frozen=True)
class Stripe:
    """One line of a cross section: its offset from the axis, its paint, what it is for."""

    offset_m: float
    kind: PaintKind
    role: str


@dataclass(frozen=True)
class CrossSection:
    """The lines across a street; traffic to the right of the axis runs along it.

    Attributes:
        stripes: Its lines, from left to right.
        half_width_m: Distance from the axis to the kerb.
        zone_m: Width of the middle zone: a turn lane or a raised median; 0 where there is none.
        divider: 'line', 'none', 'turn_lane', 'median' or 'one_way'.
        lane_m: Width of a lane.
    """

    stripes: tuple[Stripe, ...]
    half_width_m: float
    zone_m: float
    divider: str
    lane_m: float


def draw_cross_section(
    style: CityStyle, habits: RoadHabits, *, arterial: bool, rng: np.random.Generator
) -> CrossSection:
    """Draw the cross section of one street.

    Args:
        style: Looks and habits of the city.
        habits: How its roads are laid out.
        arterial: A main street, which has two lanes in a direction at least.
        rng: Where the dice come from.
    """
    lane_m = float(rng.uniform(*style.lane_width_m))
    lanes = _draw_lanes(style, arterial, rng)
    yellow = bool(rng.random() < style.yellow_centre_share)
    if rng.random() < habits.one_way_share:
        return _one_way(style, habits, lane_m, lanes + int(rng.random() < 0.5), yellow, rng)
    divider, zone_m = _draw_divider(habits, lanes, rng)
    stripes = _middle(style, divider, zone_m, yellow, rng)
    sides = _side(style, habits, zone_m / 2, lane_m, lanes, rng)
    mirrored = [Stripe(-each.offset_m, each.kind, each.role) for each in sides.stripes]
    stripes = sorted([*stripes, *sides.stripes, *mirrored], key=lambda each: each.offset_m)
    return CrossSection(tuple(stripes), sides.kerb_m, zone_m, divider, lane_m)


@dataclass(frozen=True)
class _Side:
    stripes: list[Stripe]
    kerb_m: float


def _draw_lanes(style: CityStyle, arterial: bool, rng: np.random.Generator) -> int:
    """Lanes in one direction, by the city's weights."""
    weights = np.array(style.lanes_per_direction, float)
    if arterial and len(weights) > 1:
        weights[0] = 0
    elif not arterial:
        weights[2:] = 0
        weights[1:2] *= 0.4
    return int(rng.choice(len(weights), p=weights / weights.sum())) + 1


def _draw_divider(habits: RoadHabits, lanes: int, rng: np.random.Generator) -> tuple[str, float]:
    """What parts the two directions, and how wide it is."""
    dice = rng.random()
    wide = 1.0 if lanes > 1 else 0.3
    if dice < habits.turn_lane_share * wide:
        return 'turn_lane', float(rng.uniform(3.0, 4.0))
    if dice < (habits.turn_lane_share + habits.street_median_share) * wide:
        return 'median', float(rng.choice([rng.uniform(1.0, 2.5), rng.uniform(3.6, 9.0)]))
    return ('none' if lanes == 1 and rng.random() < 0.1 else 'line'), 0.0


def _middle(
    style: CityStyle, divider: str, zone_m: float, yellow: bool, rng: np.random.Generator
) -> list[Stripe]:
    """The lines between the two directions."""
    double = bool(rng.random() < style.double_centre_share)
    if divider == 'line':
        solid = double or bool(rng.random() < 0.55)
        return [Stripe(0.0, PaintKind(not double, not yellow, solid), 'centre')]
    if divider == 'none' or (divider == 'median' and rng.random() < 0.35):
        return []
    single = divider == 'median' or not double
    kind = PaintKind(single, not yellow, True)
    return [Stripe(-zone_m / 2, kind, 'zone'), Stripe(zone_m / 2, kind, 'zone')]


def _side(
    style: CityStyle,
    habits: RoadHabits,
    start_m: float,
    lane_m: float,
    lanes: int,
    rng: np.random.Generator,
) -> _Side:
    """The lines of the right-hand direction."""
    stripes = [Stripe(start_m + lane_m * i, WHITE_DASHED, 'lane') for i in range(1, lanes)]
    outer = start_m + lane_m * lanes
    kerb = outer + float(rng.uniform(0.2, 1.0))
    if rng.random() < habits.parking_share:
        if rng.random() < 0.6:
            solid = bool(rng.random() < 0.8)
            stripes.append(Stripe(outer, PaintKind(True, True, solid), 'parking'))
        kerb = outer + float(rng.uniform(2.0, 2.6))
    elif rng.random() < style.edge_line_share:
        stripes.append(Stripe(outer, WHITE_SOLID, 'edge'))
        if rng.random() < 0.12:
            cycle_m = float(rng.uniform(1.4, 1.9))
            stripes.append(Stripe(outer + cycle_m, WHITE_SOLID, 'edge'))
            kerb += cycle_m
    return _Side(stripes, kerb)


def _one_way(
    style: CityStyle,
    habits: RoadHabits,
    lane_m: float,
    lanes: int,
    yellow: bool,
    rng: np.random.Generator,
) -> CrossSection:
    """All lanes run along the axis, which lies in their middle."""
    half = lane_m * lanes / 2
    side = _side(style, habits, -half, lane_m, lanes, rng)
    stripes = side.stripes
    if rng.random() < style.edge_line_share:
        stripes = [Stripe(-half, PaintKind(True, not yellow, True), 'edge'), *stripes]
    return CrossSection(tuple(stripes), max(side.kerb_m, half + 0.5), 0.0, 'one_way', lane_m)
