import numpy as np

from lanedet_mm.visualization.error_map import ERROR_PALETTE, FALSE, FOUND, MISSED
from lanedet_mm.visualization.overlay import IGNORED_RGB
from lanedet_mm.visualization.triptych import triptych

CLASSES = ('background', 'solid', 'dashed')
PALETTE = ((0, 0, 0), (255, 0, 0), (0, 0, 255))


def picture(size_hw: tuple[int, int] = (64, 64), **options: object) -> np.ndarray:
    image = np.full((*size_hw, 3), (10, 120, 10), np.uint8)
    truth, predicted = np.zeros((2, *size_hw), np.uint8)
    truth[10:20], predicted[10:20] = 1, 1
    truth[30:40], predicted[50:60] = 2, 2
    return triptych(image, truth, predicted, classes=CLASSES, palette=PALETTE, **options)


def colour_at(page: np.ndarray, panel: int, row: int, *, panel_px: int = 64) -> tuple[int, ...]:
    """RGB in the middle of a panel's row, below one line of text."""
    col = 10 + panel * (panel_px + 10) + panel_px // 2
    return tuple(page[34 + row, col, ::-1].tolist())


def test_panels_show_image_truth_prediction_and_errors() -> None:
    page = picture(panel_px=64)
    assert [colour_at(page, panel, 15) for panel in range(4)] == [
        (10, 120, 10),
        PALETTE[1],
        PALETTE[1],
        ERROR_PALETTE[FOUND],
    ]
    assert colour_at(page, 1, 35) == PALETTE[2]
    assert colour_at(page, 3, 35) == ERROR_PALETTE[MISSED]
    assert colour_at(page, 2, 55) == PALETTE[2]
    assert colour_at(page, 3, 55) == ERROR_PALETTE[FALSE]


def test_size_follows_the_panels() -> None:
    wide = 4 * 266 + 10
    assert picture(panel_px=256).shape == (256 + 34 + 34 + 10, wide, 3)
    assert picture(panel_px=256, title='Glasgow').shape == (256 + 3 * 34 + 10, wide, 3)
    assert picture((64, 128), panel_px=256).shape[0] == 128 + 34 + 34 + 10


def test_legend_takes_a_second_row_where_one_is_too_short() -> None:
    assert picture(panel_px=64).shape == (64 + 3 * 34 + 10, 4 * 74 + 10, 3)


def test_a_thin_line_survives_being_shrunk() -> None:
    image = np.zeros((1024, 1024, 3), np.uint8)
    truth = np.zeros((1024, 1024), np.uint8)
    truth[500:503] = 1
    page = triptych(image, truth, truth, classes=CLASSES, palette=PALETTE, panel_px=128)
    column = page[34 : 34 + 128, 10 + 138 + 64]
    assert column[:, 2].max() > 200  # red, in BGR


def test_scale_bar_stands_in_the_image_alone() -> None:
    plain, barred = picture(panel_px=256), picture(panel_px=256, ground_gsd_m=0.1)
    changed = np.flatnonzero((plain != barred).any(axis=(0, 2)))
    assert changed.min() >= 10
    assert changed.max() < 10 + 256


def test_legend_names_ignored_ground_where_there_is_some() -> None:
    image, mask = np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64), np.uint8)
    options = {'classes': CLASSES, 'palette': PALETTE, 'panel_px': 300}
    ignored = np.array(IGNORED_RGB[::-1])

    def legend(truth: np.ndarray) -> np.ndarray:
        return triptych(image, truth, mask, **options)[-40:]

    assert not (legend(mask) == ignored).all(axis=2).any()
    assert (legend(np.full_like(mask, 255)) == ignored).all(axis=2).any()
