"""How the roads of each city are laid out, beyond what its style says."""

from dataclasses import dataclass, field

Range = tuple[float, float]
Carriageways = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RoadHabits:
    """Road habits of one city; shares and weights lie in [0, 1].

    Attributes:
        motorways: Weight of each motorway layout: the lanes of the carriageways of one direction,
            from the median outwards.
        motorway_lane_m: Width of a motorway's lanes.
        median_m: Distance between the innermost lines of the two directions.
        separator_m: Distance between neighbouring carriageways of one direction.
        radius_m: Radii of the bends of motorways.
        section_m: Length of a motorway between two stations where all lines are cut.
        solid_section_share: Share of the sections whose lane lines are solid.
        ramp_spacing_m: Distance between ramps on one side.
        one_way_share: Share of the streets that are one-way.
        turn_lane_share: Share of the wide streets with a two-way turn lane in the middle.
        street_median_share: Share of the wide streets with a raised median.
        parking_share: Share of the streets with parking lanes.
        bare_share: Share of the smaller streets without any paint.
        diagonal_share: Chance of an avenue across the grid, per square kilometre.
        town_share: Share of the map that is town, with all of its streets.
        tile_weights: Weight of each kind of place in the middle of a tile.
    """

    motorways: dict[Carriageways, float]
    motorway_lane_m: Range = (3.4, 3.8)
    median_m: Range = (2.0, 8.0)
    separator_m: Range = (3.0, 10.0)
    radius_m: Range = (500.0, 4000.0)
    section_m: Range = (250.0, 900.0)
    solid_section_share: float = 0.06
    ramp_spacing_m: Range = (350.0, 1100.0)
    one_way_share: float = 0.15
    turn_lane_share: float = 0.1
    street_median_share: float = 0.3
    parking_share: float = 0.3
    bare_share: float = 0.45
    diagonal_share: float = 0.25
    town_share: float = 0.6
    tile_weights: dict[str, float] = field(
        default_factory=lambda: {
            'motorway': 0.5,
            'ramp': 0.15,
            'street': 0.15,
            'junction': 0.15,
            'roundabout': 0.05,
        }
    )


def _weights(
    motorway: float, ramp: float, street: float, junction: float, roundabout: float
) -> dict[str, float]:
    return {
        'motorway': motorway,
        'ramp': ramp,
        'street': street,
        'junction': junction,
        'roundabout': roundabout,
    }


ROAD_HABITS = {
    'valencia': RoadHabits(
        motorways={(2,): 0.3, (3,): 0.4, (3, 2): 0.2, (4,): 0.1},
        separator_m=(4.5, 9.0),
        radius_m=(150.0, 1600.0),
        ramp_spacing_m=(250.0, 700.0),
        town_share=0.3,
        tile_weights=_weights(0.44, 0.34, 0.08, 0.08, 0.06),
    ),
    'cairo': RoadHabits(
        motorways={(4,): 0.35, (5,): 0.2, (6,): 0.15, (4, 3): 0.3},
        motorway_lane_m=(2.7, 3.3),
        median_m=(3.0, 45.0),
        separator_m=(5.0, 20.0),
        radius_m=(350.0, 1300.0),
        section_m=(150.0, 600.0),
        solid_section_share=0.35,
        ramp_spacing_m=(300.0, 900.0),
        one_way_share=0.05,
        street_median_share=0.7,
        parking_share=0.15,
        town_share=0.25,
        tile_weights=_weights(0.68, 0.20, 0.06, 0.04, 0.02),
    ),
    'aucamville': RoadHabits(
        motorways={(2,): 0.25, (3,): 0.75},
        median_m=(2.5, 6.0),
        radius_m=(700.0, 4500.0),
        section_m=(800.0, 3000.0),
        solid_section_share=0.0,
        ramp_spacing_m=(700.0, 1800.0),
        street_median_share=0.15,
        town_share=0.2,
        tile_weights=_weights(0.72, 0.14, 0.05, 0.05, 0.04),
    ),
    'glasgow': RoadHabits(
        motorways={(2,): 0.35, (3,): 0.45, (4,): 0.2},
        radius_m=(300.0, 2500.0),
        ramp_spacing_m=(300.0, 900.0),
        street_median_share=0.15,
        town_share=0.6,
        tile_weights=_weights(0.42, 0.22, 0.13, 0.15, 0.08),
    ),
    'gopeng': RoadHabits(
        motorways={(2,): 1.0},
        motorway_lane_m=(3.35, 3.95),
        median_m=(3.4, 4.5),
        radius_m=(450.0, 1500.0),
        section_m=(1000.0, 3000.0),
        solid_section_share=0.0,
        ramp_spacing_m=(900.0, 2200.0),
        street_median_share=0.2,
        parking_share=0.1,
        town_share=0.12,
        tile_weights=_weights(0.88, 0.05, 0.03, 0.03, 0.01),
    ),
    'nevada': RoadHabits(
        motorways={(2,): 0.15, (3,): 0.45, (4,): 0.25, (5,): 0.15},
        motorway_lane_m=(3.5, 3.75),
        median_m=(2.5, 14.0),
        radius_m=(600.0, 6000.0),
        ramp_spacing_m=(350.0, 1000.0),
        one_way_share=0.1,
        turn_lane_share=0.5,
        street_median_share=0.25,
        bare_share=0.5,
        diagonal_share=0.08,
        town_share=0.9,
        tile_weights=_weights(0.18, 0.12, 0.38, 0.30, 0.02),
    ),
    'sao_paulo': RoadHabits(
        motorways={(2,): 0.1, (3,): 0.3, (4,): 0.25, (3, 3): 0.2, (4, 3): 0.15},
        motorway_lane_m=(3.4, 3.85),
        median_m=(1.5, 12.0),
        separator_m=(3.5, 12.0),
        radius_m=(350.0, 2500.0),
        section_m=(250.0, 900.0),
        ramp_spacing_m=(300.0, 800.0),
        one_way_share=0.3,
        parking_share=0.4,
        town_share=0.4,
        tile_weights=_weights(0.58, 0.22, 0.10, 0.08, 0.02),
    ),
}
