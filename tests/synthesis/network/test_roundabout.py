import numpy as np

from lanedet_mm.synthesis.network.cross_section import CrossSection, Stripe
from lanedet_mm.synthesis.network.crossing import find_crossings
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.roundabout import build_roundabout
from lanedet_mm.synthesis.network.street import Street

SECTION = CrossSection(
    (
        Stripe(-3.2, WHITE_SOLID, 'edge'),
        Stripe(0.0, WHITE_DASHED, 'centre'),
        Stripe(3.2, WHITE_SOLID, 'edge'),
    ),
    half_width_m=3.7,
    zone_m=0.0,
    divider='line',
    lane_m=3.2,
)


def test_streets_stop_outside_of_the_ring_and_part_around_an_island() -> None:
    streets = [
        Street(ReferenceCurve(np.linspace(-end, end, 201)), SECTION, 1)
        for end in (np.array([200.0, 0.0]), np.array([0.0, 200.0]))
    ]
    (crossing,) = find_crossings(streets[0].curve, streets[1].curve)
    rng = np.random.default_rng(1)
    ring = build_roundabout(*streets, crossing, rng)
    radii = [np.hypot(*line.points_m.T) for line in ring]
    circles = [radius for radius in radii if np.ptp(radius) < 1e-6]
    assert len(circles) in (2, 4)  # halves of one circle or two
    outermost = min(radius.min() for radius in radii if np.ptp(radius) > 1e-6)
    assert outermost > max(radius.max() for radius in circles) + 3.8  # the width of a lane
    # Four outer edges lead from the edge line of one arm to that of the next.
    assert len(radii) - len(circles) == 4
    edges = np.concatenate(
        [
            line.points(street.curve)
            for street in streets
            for line in street.lines(np.random.default_rng(0))
            if line.role == 'edge'
        ]
    )
    for line in ring[len(circles) :]:
        for end in line.points_m[[0, -1]]:
            assert np.hypot(*(edges - end).T).min() < 0.05
    for street in streets:
        lines = street.lines(rng)
        nearest = min(np.hypot(*line.points(street.curve).T).min() for line in lines)
        assert outermost < nearest < outermost + 6
        # Two borders of the island on either side: 1.6 m left and right of the axis at the ring.
        island = [line for line in lines if line.role == 'centre' and line.kind == WHITE_SOLID]
        ends = sorted(round(float(np.abs(line.offsets_m).max()), 2) for line in island)
        assert ends == [1.6] * 4
