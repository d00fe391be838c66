import math
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.lanes import TileAnnotation, ground_scale
from lanedet_mm.synthesis.network.city_map import CityMap
from lanedet_mm.synthesis.network.map_line import MapLine
from lanedet_mm.synthesis.network.paint_kind import WHITE_DASHED, WHITE_SOLID


def two_lines(latitude_deg: float) -> CityMap:
    """A solid line along the axis to the east, a dashed one 3.5 m north of it, both 600 m long."""
    lines = [
        MapLine(np.array([[-300.0, 0.0], [300.0, 0.0]]), WHITE_SOLID, '00000001', '00000011'),
        MapLine(np.array([[-300.0, 3.5], [300.0, 3.5]]), WHITE_DASHED, '00000001', '00000012'),
    ]
    return CityMap(
        latitude_deg=latitude_deg, longitude_deg=-4.25, extent_m=1000.0, lines=lines, elements=[]
    )


@pytest.mark.parametrize('latitude_deg', [55.86, 0.0, -23.55])
def test_lines_are_as_far_apart_on_the_ground_as_on_the_map(latitude_deg: float) -> None:
    tile = two_lines(latitude_deg).tile((0, 0), ground_gsd_m=0.1, size_px=512)
    solid, dashed = tile.lanes
    assert (solid.solid, dashed.solid) == (True, False)
    # 3.5 m at 0.1 m are 35 px, and north is up, also in the southern hemisphere.
    assert solid.vertices[0, 1] - dashed.vertices[0, 1] == pytest.approx(35.0, abs=0.01)
    assert solid.vertices[0, 1] == pytest.approx(255.5, abs=0.01)
    scale = math.cos(math.radians(latitude_deg))
    assert tile.meters_per_pixel == pytest.approx(0.1 / scale, rel=1e-6)
    assert tile.ground_gsd_m == pytest.approx(0.1, rel=1e-6)
    xmin, ymin, xmax, ymax = tile.region
    assert xmax - xmin == pytest.approx(51.2 / scale, rel=1e-6)
    assert ymax - ymin == pytest.approx(51.2 / scale, rel=1e-6)


def test_a_point_of_the_map_is_at_the_same_place_in_every_tile() -> None:
    city = two_lines(55.86)
    heights = []
    for centre, gsd_m in (((0, 0), 0.1), ((20, 8), 0.25), ((-35, -11), 0.08)):
        tile = city.tile(centre, ground_gsd_m=gsd_m, size_px=512)
        solid = next(lane for lane in tile.lanes if lane.solid)
        heights.append(tile.region[3] - (solid.vertices[:, 1] + 0.5) * tile.meters_per_pixel)
    scale = ground_scale(heights[0][0])
    assert np.ptp(np.concatenate(heights)) * scale < 0.01  # ground metres


def test_tiles_are_clipped_to_a_margin_and_leave_out_what_only_the_margin_sees() -> None:
    city = two_lines(0.0)
    tile = city.tile((0, 0), ground_gsd_m=0.1, size_px=512)
    for lane in tile.lanes:
        np.testing.assert_allclose(np.sort(lane.vertices[:, 0]), [-64.5, 575.5], atol=1e-6)
    # The tile's upper border is 2 m north of the solid line: the dashed one is not in it.
    tile = city.tile((0, 2 - 25.6), ground_gsd_m=0.1, size_px=512)
    assert [lane.lane_id for lane in tile.lanes] == ['00000011']
    assert city.tile((0, 400), ground_gsd_m=0.1, size_px=512).lanes == ()


def test_a_line_that_leaves_and_comes_back_is_two_lanes() -> None:
    detour = np.array([[0.0, 0.0], [0.0, 100.0], [5.0, 100.0], [5.0, 0.0]])
    city = CityMap(
        latitude_deg=0,
        longitude_deg=0,
        extent_m=1000.0,
        lines=[MapLine(detour, WHITE_SOLID)],
        elements=[],
    )
    tile = city.tile((0, 0), ground_gsd_m=0.1, size_px=512)
    assert len(tile.lanes) == 2
    assert {round(float(lane.vertices[0, 0]), 1) for lane in tile.lanes} == {255.5, 305.5}


def test_round_trip_through_ael_json(tmp_path: Path) -> None:
    tile = two_lines(-23.55).tile((3, 4), ground_gsd_m=0.2, size_px=128)
    tile.write(tmp_path / '60000000.json')
    again = TileAnnotation.read(tmp_path / '60000000.json')
    assert again.region == tile.region
    assert again.to_dict() == tile.to_dict()


def test_a_tile_without_ground_is_refused() -> None:
    with pytest.raises(ValueError, match=r'0 px at 0.1 m per pixel has no ground'):
        two_lines(0.0).tile((0, 0), ground_gsd_m=0.1, size_px=0)
