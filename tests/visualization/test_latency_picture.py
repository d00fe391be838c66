import numpy as np
from matplotlib.colors import to_rgb

from lanedet_mm.visualization.latency_picture import draw_latency


def rows_of(picture: np.ndarray, color: str, columns: slice) -> np.ndarray:
    """Rows with pixels of a colour within some columns, above the legend."""
    wanted = 255 * np.array(to_rgb(color))
    found = np.abs(picture[:400, columns].astype(float) - wanted).max(axis=2) < 3
    return np.flatnonzero(found.any(axis=1))


def test_slower_lies_higher_and_larger_lies_further_right() -> None:
    picture = draw_latency({'fast': [(256, 5.0), (512, 20.0)], 'slow': [(256, 50.0), (512, 200.0)]})
    assert picture.shape == (450, 600, 3) and picture.dtype == np.uint8
    left, right = slice(0, 150), slice(450, 600)
    assert rows_of(picture, 'C1', left).max() < rows_of(picture, 'C0', left).min()
    assert rows_of(picture, 'C0', right).min() < rows_of(picture, 'C0', left).min()


def test_lane_iou_has_a_panel_of_its_own() -> None:
    lines = {'a': [(256, 5.0), (512, 20.0)], 'b': [(256, 10.0), (512, 40.0)]}
    alone = draw_latency(lines)
    picture = draw_latency(lines, points={'a': (20.0, 40.0), 'b': (40.0, 60.0)})
    assert picture.shape[1] == 2 * alone.shape[1]
    second = slice(alone.shape[1], None)
    assert rows_of(picture, 'C1', second).max() < rows_of(picture, 'C0', second).min()


def test_of_a_single_side_only_lane_iou_is_shown() -> None:
    lines = {'a': [(512, 20.0)], 'b': [(512, 40.0)]}
    picture = draw_latency(lines, points={'a': (20.0, 40.0), 'b': (40.0, 60.0)})
    assert picture.shape == (400, 600, 3)
    assert rows_of(picture, 'C1', slice(None)).max() < rows_of(picture, 'C0', slice(None)).min()
