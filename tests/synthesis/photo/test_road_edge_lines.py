import numpy as np
import pytest

from lanedet_mm.lanes import Lane
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.guide_line import GuideLine
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.road_edge_lines import edge_contours
from lanedet_mm.synthesis.photo.road_field import road_field
from lanedet_mm.synthesis.photo.scene import Scene, Sun

GSD_M = 0.25
SIZE_HW = (160, 160)


@pytest.mark.parametrize('distance_m', [-1.5, 2.0])
def test_contours_run_along_the_road_at_their_distance(distance_m: float) -> None:
    line = np.array([[20.0, -20.0], [20.0, 60.0]])
    guide = GuideLine(line, Lane(line / GSD_M), 4.0)
    scene = Scene(
        style=CITY_STYLES['glasgow'],
        rng=np.random.default_rng(0),
        gsd_m=GSD_M,
        size_hw=SIZE_HW,
        road=road_field([guide], gsd_m=GSD_M, size_hw=SIZE_HW, widest_gap_m=4.0),
        sun=Sun(cast=np.ones(2), lean=np.zeros(2), depth=0.7, softness_m=0.1),
        rgb=np.zeros((*SIZE_HW, 3), np.uint8),
        material=np.zeros(SIZE_HW, np.uint8),
        shadow=np.zeros(SIZE_HW, np.uint8),
        stain=np.full(SIZE_HW, 128, np.uint8),
        gain=np.ones(SIZE_HW, np.float32),
        occupied=np.zeros((1, 1), np.uint8),
        white=PaintLayer(SIZE_HW, GSD_M),
        yellow=PaintLayer(SIZE_HW, GSD_M),
    )
    points = np.concatenate(edge_contours(scene, distance_m)) * GSD_M
    inside = points[np.all((points > 5) & (points < 35), axis=1)]
    assert len(inside) > 20
    # The road is 8 m wide around column 20 m.
    np.testing.assert_allclose(np.abs(inside[:, 0] - 20), 4 + distance_m, atol=0.5)
