"""The streets of a city before they meet: two warped families and avenues across them."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.network.cross_section import draw_cross_section
from lanedet_mm.synthesis.network.curve_shapes import spline
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.road_habits import RoadHabits
from lanedet_mm.synthesis.network.street import Street

Array = NDArray[np.float64]
_MAIN_SPACING_M = (350.0, 700.0)
_KNOT_M = 60.0
_SHORTEST_M = 120.0


def lay_streets(
    style: CityStyle, habits: RoadHabits, extent_m: float, rng: np.random.Generator
) -> list[Street]:
    """Draw the axes and cross sections of all streets.

    Args:
        style: Looks and habits of the city.
        habits: How its roads are laid out.
        extent_m: Side of the square map, ground metres.
        rng: Where the dice come from.
    """
    warp = _Warp(style.curvature, rng)
    streets: list[Street] = []
    half = 0.75 * extent_m  # the families are turned: they reach beyond the corners of the map
    along = np.arange(-half, half + _KNOT_M, _KNOT_M)
    for family in (0, 1):
        since_main = float(rng.uniform(*_MAIN_SPACING_M))
        at = -half
        while at < half:
            gap = float(rng.uniform(*style.block_m))
            at, since_main = at + gap, since_main + gap
            main = since_main > rng.uniform(*_MAIN_SPACING_M)
            since_main = 0.0 if main else since_main
            knots = np.stack([along, np.full_like(along, at)], axis=-1)
            knots = knots[:, ::-1] if family else knots
            rank = 2 if main else int(rng.random() > habits.bare_share)
            streets += _streets(warp(knots), rank, style, habits, extent_m, rng)
    for _ in range(rng.poisson(habits.diagonal_share * (extent_m / 1000) ** 2)):
        knots = _diagonal(extent_m, rng)
        streets += _streets(knots, int(rng.integers(1, 3)), style, habits, extent_m, rng)
    return streets


class _Warp:
    """A smooth map of the plane that makes a grid of straight lines a grown city."""

    def __init__(self, curvature: float, rng: np.random.Generator) -> None:
        turn = rng.uniform(0, np.pi / 2)
        shear = rng.uniform(-0.6, 0.6) * curvature
        turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        self._matrix = np.array([[1.0, 0.0], [shear, 1.0]]) @ turned
        length = rng.uniform(500, 2200, 5)
        angle = rng.uniform(0, 2 * np.pi, 5)
        self._wave = 2 * np.pi / length * np.stack([np.cos(angle), np.sin(angle)])  # (2, 5)
        self._phase = rng.uniform(0, 2 * np.pi, 5)
        # The sum of amplitude times wave number stays below 1, so that no street crosses itself.
        push = rng.normal(size=(5, 2))
        push /= np.linalg.norm(push, axis=1, keepdims=True)
        self._push = push * (0.18 * curvature * length / (2 * np.pi))[:, None]

    def __call__(self, points: Array) -> Array:
        return np.asarray(
            (points + np.sin(points @ self._wave + self._phase) @ self._push) @ self._matrix
        )


def _diagonal(extent_m: float, rng: np.random.Generator) -> Array:
    """Knots of an avenue that crosses the map at any angle, slightly bent."""
    angle = rng.uniform(0, np.pi)
    forth = np.array([np.cos(angle), np.sin(angle)])
    side = np.array([-forth[1], forth[0]])
    middle = rng.uniform(-0.3, 0.3, 2) * extent_m
    along = np.linspace(-0.7, 0.7, 15) * extent_m
    sway = rng.uniform(-0.05, 0.05) * extent_m * np.cos(along / extent_m * rng.uniform(2, 6))
    return np.asarray(middle + along[:, None] * forth + sway[:, None] * side)


def _streets(
    knots: Array,
    rank: int,
    style: CityStyle,
    habits: RoadHabits,
    extent_m: float,
    rng: np.random.Generator,
) -> list[Street]:
    """The part of a street that lies on the map, with its cross section; none if too short."""
    points = spline(knots).points_m
    inside = np.flatnonzero((np.abs(points) <= extent_m / 2).all(axis=1))
    section = draw_cross_section(style, habits, arterial=rank == 2, rng=rng) if rank else None
    if len(inside) < 3:
        return []
    runs = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1)
    run = max(runs, key=len)
    if len(run) < 3:
        return []
    curve = ReferenceCurve(points[run])
    if curve.length_m < _SHORTEST_M:
        return []
    return [Street(curve, section, rank, drives_on_left=style.drives_on_left)]
