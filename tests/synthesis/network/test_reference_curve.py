import numpy as np
import pytest

from lanedet_mm.synthesis.network.curve_shapes import clothoid, spline
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve


def test_offsets_lie_to_the_right_of_the_direction_of_travel() -> None:
    north = ReferenceCurve(np.array([[5.0, 0.0], [5.0, 50.0], [5.0, 100.0]]))
    np.testing.assert_allclose(north.at(30.0, 2.0), [7.0, 30.0], atol=1e-9)
    east = ReferenceCurve(np.array([[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]))
    np.testing.assert_allclose(east.at(30.0, 2.0), [30.0, -2.0], atol=1e-9)


def test_a_clothoid_of_constant_curvature_is_a_circle() -> None:
    curve = clothoid(np.zeros(2), 0.0, [0.0, 50 * np.pi], [0.01, 0.01])
    assert curve.length_m == pytest.approx(50 * np.pi, abs=0.05)
    np.testing.assert_allclose(curve.points_m[-1], [100.0, 100.0], atol=0.05)


def test_a_clothoid_turns_by_the_area_under_its_curvature() -> None:
    # From 0 to 1/50 over 40 m, and back: 40 / 50 rad in all.
    curve = clothoid(np.zeros(2), 0.3, [0.0, 40.0, 80.0], [0.0, 0.02, 0.0])
    assert float(curve.heading(80.0)) == pytest.approx(0.3 + 0.8, abs=0.01)


def test_a_spline_passes_through_its_points() -> None:
    knots = np.array([[0.0, 0.0], [100.0, 20.0], [200.0, 0.0]])
    curve = spline(knots)
    gap = np.hypot(*(curve.points_m - knots[1]).T).min()
    assert gap < 1.1
    np.testing.assert_allclose(curve.points_m[[0, -1]], knots[[0, 2]], atol=1e-6)
