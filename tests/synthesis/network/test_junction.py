import numpy as np
import pytest

from lanedet_mm.synthesis.network.cross_section import CrossSection, Stripe
from lanedet_mm.synthesis.network.crossing import find_crossings
from lanedet_mm.synthesis.network.junction import join, stop
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.street import Break, Street

SECTION = CrossSection(
    (
        Stripe(-7.0, WHITE_SOLID, 'edge'),
        Stripe(-3.5, WHITE_DASHED, 'lane'),
        Stripe(0.0, WHITE_SOLID, 'centre'),
        Stripe(3.5, WHITE_DASHED, 'lane'),
        Stripe(7.0, WHITE_SOLID, 'edge'),
    ),
    half_width_m=7.5,
    zone_m=0.0,
    divider='line',
    lane_m=3.5,
)


def street(angle_deg: float, *, rank: int = 2) -> Street:
    """A street of 400 m whose middle is the origin."""
    angle = np.radians(angle_deg)
    end = 200 * np.array([np.cos(angle), np.sin(angle)])
    curve = ReferenceCurve(np.linspace(-end, end, 201))
    return Street(curve, SECTION if rank else None, rank)


def beside_m(points: np.ndarray, angle_deg: float) -> np.ndarray:
    """Distance from the axis of a street through the origin."""
    angle = np.radians(angle_deg)
    return np.abs(points @ np.array([-np.sin(angle), np.cos(angle)]))


@pytest.mark.parametrize('angle_deg', [90, 60, 35, 145])
def test_no_line_lies_where_two_streets_overlap(angle_deg: float) -> None:
    first, second = street(0), street(angle_deg)
    (crossing,) = find_crossings(first.curve, second.curve)
    stop(first, second, crossing, 3.0)
    rng = np.random.default_rng(0)
    for own, other_deg in ((first, angle_deg), (second, 0)):
        lines = [line.points(own.curve) for line in own.lines(rng)]
        assert len(lines) >= 10  # five lines on either side
        for points in lines:
            assert beside_m(points, other_deg).min() > 7.5
        # The paint stops at the junction, not long before it.
        assert min(np.hypot(*points.T).min() for points in lines) < 40


def test_a_small_street_opens_one_edge_of_a_main_one() -> None:
    main, small = street(0), street(90, rank=0)
    small.breaks.append(Break(200.0, 400.0, 'open'))  # it comes from the south and ends
    (crossing,) = find_crossings(main.curve, small.curve)
    assert join(main, small, crossing, np.random.default_rng(0)) == 'mouth'
    lines = main.lines(np.random.default_rng(0))
    at_mouth = {
        line.offsets_m[0] for line in lines if line.extent_m[0] < 198 and line.extent_m[1] > 202
    }
    assert 7.0 not in at_mouth  # offset 7 m to the right of east is the southern edge
    assert {-7.0, -3.5, 3.5} <= at_mouth


def test_streets_that_end_before_each_other_do_not_meet() -> None:
    first, second = street(0), street(90)
    second.breaks.append(Break(150.0, 250.0, 'open'))
    (crossing,) = find_crossings(first.curve, second.curve)
    assert join(first, second, crossing, np.random.default_rng(0)) is None
    assert first.breaks == []


@pytest.mark.parametrize('drives_on_left', [False, True])
def test_lane_lines_turn_solid_on_the_approach_alone(drives_on_left: bool) -> None:
    first, second = street(0), street(90)
    first.drives_on_left = drives_on_left
    (crossing,) = find_crossings(first.curve, second.curve)
    stop(first, second, crossing, 3.0)
    solid = [0.0, 0.0]
    for seed in range(20):
        for line in first.lines(np.random.default_rng(seed)):
            if line.role == 'lane' and line.kind == WHITE_SOLID and line.extent_m[1] < 200:
                solid[line.offsets_m[0] < 0] += line.extent_m[1] - line.extent_m[0]
    # Lanes to the right of the axis drive east, towards the junction; or those to its left do.
    assert solid[drives_on_left] > 100
    assert solid[not drives_on_left] == 0
