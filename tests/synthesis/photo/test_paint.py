import numpy as np
import pytest

from lanedet_mm.synthesis.photo.paint import painted_pieces
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer


def test_dashes_begin_where_the_phase_says() -> None:
    line = np.array([[0.0, 0.0], [4.0, 0.0], [20.0, 0.0]])
    starts, ends = painted_pieces(line, (3.0, 5.0), 1.0)
    # Marks lie at [-1, 2], [7, 10] and [15, 18]; the vertex at 4 lies in a gap.
    np.testing.assert_allclose(starts[:, 0], [0, 7, 15])
    np.testing.assert_allclose(ends[:, 0], [2, 10, 18])


def test_a_dash_bends_with_the_line() -> None:
    line = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 9.0]])
    starts, ends = painted_pieces(line, (3.0, 6.0), 0.0)
    np.testing.assert_allclose(starts, [[0, 0], [2, 0], [2, 7]])
    np.testing.assert_allclose(ends, [[2, 0], [2, 1], [2, 9]])


def test_a_solid_line_is_painted_from_end_to_end() -> None:
    line = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 9.0]])
    starts, ends = painted_pieces(line, None, 0.0)
    assert np.hypot(*(ends - starts).T).sum() == pytest.approx(10.0)


@pytest.mark.parametrize('gsd_m', [0.05, 0.125, 0.2, 0.33])
@pytest.mark.parametrize('slope', [0.0, 0.37, 1.0])
def test_paint_covers_its_ground_width_at_any_scale(gsd_m: float, slope: float) -> None:
    layer = PaintLayer((200, 200), gsd_m)
    line = np.array([[-20.0, 40.0], [220.0, 40.0 + 240 * slope]])
    layer.polyline(line, width_px=0.15 / gsd_m, level=255)
    column = layer.coverage()[:, 50]
    width_m = column.sum() * gsd_m / np.hypot(1, slope)
    assert width_m == pytest.approx(0.15, abs=0.035)


@pytest.mark.parametrize('gsd_m', [0.05, 0.15, 0.33])
def test_paint_lies_where_it_was_put_to_a_tenth_of_a_pixel(gsd_m: float) -> None:
    layer = PaintLayer((60, 60), gsd_m)
    layer.polyline(np.array([[-5.0, 20.3], [65.0, 20.3]]), width_px=2.0, level=255)
    cover = layer.coverage()[:, 30]
    assert (cover * np.arange(60)).sum() / cover.sum() == pytest.approx(20.3, abs=0.13)


def test_paint_outside_the_tile_leaves_nothing() -> None:
    layer = PaintLayer((60, 60), 0.1)
    layer.polyline(np.array([[-5e6, 2e6], [-4e6, 2e6]]), width_px=2.0, level=255)
    assert layer.is_empty
    assert not layer.coverage().any()
