import numpy as np
import pytest

from lanedet_mm.lanes import Lane
from lanedet_mm.synthesis.photo.guide_line import GuideLine, painted_guides
from lanedet_mm.synthesis.photo.junction_fill import junction_guides
from lanedet_mm.synthesis.photo.road_field import RoadField, road_field
from lanedet_mm.synthesis.photo.road_width import with_pavement

GSD_M = 0.2
SIZE = 400  # 80 m


def _line(col_m: float, *, solid: bool, rows_m: tuple[float, float] = (-20, 100)) -> Lane:
    vertices = np.array([[col_m, row] for row in rows_m]) / GSD_M
    return Lane(vertices, solid=solid)


def _field(*lanes: Lane) -> RoadField:
    painted = painted_guides(lanes, GSD_M)
    size_m = np.array([SIZE, SIZE]) * GSD_M
    guides = with_pavement(painted, size_m, np.random.default_rng(0))
    guides += junction_guides(painted, size_m)
    return road_field(guides, gsd_m=GSD_M, size_hw=(SIZE, SIZE), widest_gap_m=4.0)


def _edge(field: RoadField, col_m: float, row_m: float = 40.0) -> float:
    return float(field.edge_m[field.cells(np.array([col_m, row_m]) / GSD_M)])


def test_a_two_lane_road_lies_between_its_edge_lines() -> None:
    field = _field(*(_line(c, solid=c != 40) for c in (36.5, 40.0, 43.5)))
    assert all(_edge(field, col) < 0 for col in (36.5, 38.2, 40.0, 41.8, 43.5))
    assert _edge(field, 30) > 3
    assert _edge(field, 50) > 3


def test_a_lane_lies_beyond_a_dashed_line_that_is_the_last() -> None:
    field = _field(_line(40, solid=False))
    assert _edge(field, 37.2) < 0
    assert _edge(field, 42.8) < 0
    assert _edge(field, 32) > 0


def test_a_wide_median_stays_open() -> None:
    field = _field(*(_line(c, solid=True) for c in (20, 23.5, 45, 48.5)))
    assert _edge(field, 34) > 3
    assert _edge(field, 21.7) < 0 and _edge(field, 46.7) < 0


def test_the_junction_between_facing_line_ends_is_paved() -> None:
    lanes = [
        _line(c, solid=False, rows_m=rows) for c in (38, 41.5) for rows in ((-20, 28), (52, 100))
    ]
    field = _field(*lanes)
    assert _edge(field, 40, 40) < -2


def test_line_distance_and_heading_are_those_of_the_nearest_line() -> None:
    field = _field(_line(40, solid=True))
    row, col = field.cells(np.array([44.0, 40.0]) / GSD_M)
    assert field.line_m[row, col] == pytest.approx(4.0, abs=0.3)
    assert abs(np.sin(field.heading[row, col])) == pytest.approx(1.0, abs=1e-3)


def test_no_lines_no_road() -> None:
    field = road_field([], gsd_m=GSD_M, size_hw=(SIZE, SIZE), widest_gap_m=4.0)
    assert field.edge_m.min() > 100


def test_unpainted_lines_give_way_to_painted_ones() -> None:
    street = GuideLine(np.array([[40.0, 40.0], [80.0, 40.0]]), None, 3.0)
    painted = GuideLine(np.array([[40.0, 0.0], [40.0, 80.0]]), _line(40, solid=True), 3.0)
    field = road_field([painted, street], gsd_m=GSD_M, size_hw=(SIZE, SIZE), widest_gap_m=2.0)
    assert field.guide[field.cells(np.array([41.0, 40.0]) / GSD_M)] == 0
    assert field.guide[field.cells(np.array([60.0, 40.0]) / GSD_M)] == 1
