import numpy as np
import pytest

from lanedet_mm.visualization.kept_pixels import (
    KEPT_BACKGROUND_RGB,
    kept_pixels_sheet,
    paint_kept,
)
from lanedet_mm.visualization.legend import legend_width
from lanedet_mm.visualization.overlay import IGNORED_RGB

TOP, GAP = 28, 8
CLASSES = ('background', 'solid', 'dashed')
PALETTE = ((0, 0, 0), (250, 10, 20), (30, 40, 240))


def scene(size_hw: tuple[int, int] = (8, 8)) -> tuple[np.ndarray, ...]:
    """Two blue images: the left quarter solid, the next dashed, the last column ignored.

    The last column is predicted to be dashed. Of the first the upper half is kept, of the second
    nothing.
    """
    height, width = size_hw
    images = np.full((2, *size_hw, 3), (200, 0, 0), np.uint8)
    truths = np.zeros((2, *size_hw), np.uint8)
    truths[:, :, : width // 4], truths[:, :, width // 4 : width // 2] = 1, 2
    truths[:, :, -1] = 255
    kept = np.zeros((2, *size_hw), bool)
    kept[0, : height // 2, :-1] = True
    return images, truths, truths.clip(max=2), kept


def test_kept_pixels_have_the_colour_of_their_true_class_on_the_dimmed_grey_image() -> None:
    images, truths, _, kept = scene()
    painted = paint_kept(images[0], truths[0], kept[0], PALETTE)[..., ::-1]
    assert (painted[:4, :2] == PALETTE[1]).all()
    assert (painted[:4, 2:4] == PALETTE[2]).all()
    assert (painted[:4, 4:7] == KEPT_BACKGROUND_RGB).all()
    assert (painted[4:] == 11).all()  # 0.114 of blue 100
    assert (painted[:, 7] == 11).all()  # ignored ground is never kept
    assert (images == (200, 0, 0)).all()


def test_paint_itself_is_dimmed_to_a_grey_that_no_kept_pixel_has() -> None:
    white = np.full((2, 2, 3), 255, np.uint8)
    kept = np.array([[True, False], [False, False]])
    painted = paint_kept(white, np.zeros((2, 2), np.uint8), kept, PALETTE)
    assert painted[0, 0].tolist() == [30, 255, 150]
    assert (painted[1] == 127).all()


def test_a_row_shows_image_truth_prediction_and_what_was_kept() -> None:
    sheet = kept_pixels_sheet(*scene(), classes=CLASSES, palette=PALETTE, panel_px=160)
    faded = (14, 14, 94)  # 0.6 of grey 23, 0.4 of blue
    for row, kept in enumerate(
        [[*PALETTE[1:], KEPT_BACKGROUND_RGB, (11, 11, 11)], [(11,) * 3] * 4]
    ):
        line = sheet[TOP + row * (160 + GAP) + 30].astype(int)
        # The middle of a solid, a dashed, a background and an ignored pixel of each panel.
        panels = [
            [line[GAP + panel * 168 + 20 * col + 10] for col in (1, 3, 5, 7)] for panel in range(4)
        ]
        assert np.array_equal(panels[0], [(0, 0, 200)] * 4)
        np.testing.assert_allclose(panels[1], [*PALETTE[1:], faded, IGNORED_RGB], atol=1)
        np.testing.assert_allclose(panels[2], [*PALETTE[1:], faded, PALETTE[2]], atol=1)
        assert np.array_equal(panels[3], kept)


@pytest.mark.parametrize(('size_hw', 'height'), [((8, 8), 160), ((8, 16), 80), ((16, 8), 320)])
def test_the_page_has_the_images_proportions(size_hw: tuple[int, int], height: int) -> None:
    sheet = kept_pixels_sheet(*scene(size_hw), classes=CLASSES, palette=PALETTE, panel_px=160)
    assert sheet.shape == (2 * TOP + 2 * (height + GAP), GAP + 4 * (160 + GAP), 3)
    assert sheet.dtype == np.uint8


def test_a_page_is_as_wide_as_its_legend() -> None:
    sheet = kept_pixels_sheet(*scene(), classes=CLASSES, palette=PALETTE, panel_px=16)
    names = ('solid', 'dashed', 'background, kept', 'ignored')
    assert sheet.shape[1] == 2 * GAP + legend_width([(name, (0, 0, 0)) for name in names])


@pytest.mark.parametrize('with_ignored', [True, False])
def test_the_legend_names_each_colour(with_ignored: bool) -> None:
    images, truths, found, kept = scene()
    if not with_ignored:
        truths[truths == 255] = 0
    sheet = kept_pixels_sheet(
        images, truths, found, kept, classes=CLASSES, palette=PALETTE, panel_px=200
    )
    row = sheet[-TOP // 2].astype(int)
    colours = (*PALETTE[1:], KEPT_BACKGROUND_RGB, IGNORED_RGB)
    there = [(row == colour).all(axis=1).sum() for colour in colours]
    swatch = 21  # without the outline
    assert there == [swatch, swatch, swatch, swatch if with_ignored else 0]


def test_lines_of_large_images_are_still_seen_in_small_panels() -> None:
    images, truths = np.zeros((1, 400, 400, 3), np.uint8), np.zeros((1, 400, 400), np.uint8)
    truths[0, :, 200] = 1
    sheet = kept_pixels_sheet(
        images, truths, truths, truths == 1, classes=CLASSES, palette=PALETTE, panel_px=100
    )
    reds = [sheet[TOP + 50, GAP + panel * 108 :][:100, 0].max() for panel in range(4)]
    assert reds[0] == 0
    assert min(reds[1:3]) > 200  # thickened
    assert reds[3] == pytest.approx(250 / 4, abs=1)  # as much as there is of it
