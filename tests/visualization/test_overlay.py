import numpy as np
import pytest

from lanedet_mm.visualization.overlay import colour_table, paint_classes, thicken

PALETTE = ((0, 0, 0), (250, 10, 20), (30, 40, 240))
BLUE_IMAGE = np.full((4, 5, 3), (200, 0, 0), np.uint8)  # BGR


def test_lanes_are_opaque_in_bgr_and_background_is_untouched() -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask[1, 2], mask[3, 4], mask[0, 0] = 1, 2, 255
    painted = paint_classes(BLUE_IMAGE, mask, PALETTE, fade=0)
    assert painted[1, 2].tolist() == [20, 10, 250]
    assert painted[3, 4].tolist() == [240, 40, 30]
    assert painted[0, 0].tolist() == [220, 150, 190]
    assert (painted == BLUE_IMAGE).all(axis=2).sum() == 4 * 5 - 3
    assert BLUE_IMAGE[1, 2].tolist() == [200, 0, 0]  # the image itself is left alone


def test_fading_takes_the_images_colour_away() -> None:
    mask = np.zeros((4, 5), np.uint8)
    grey = paint_classes(BLUE_IMAGE, mask, PALETTE, fade=1)
    assert (grey == 23).all()  # 0.114 of blue 200
    half = paint_classes(BLUE_IMAGE, mask, PALETTE, fade=0.5)
    assert half[0, 0].tolist() == pytest.approx([111, 11, 11], abs=1)


@pytest.mark.parametrize('row', [0, 510, 511, 512, 1299])
def test_lines_thicken_across_the_bands_that_are_painted_at_once(row: int) -> None:
    mask = np.zeros((1300, 40), np.uint8)
    mask[row, 20] = 1
    image = np.zeros((1300, 40, 3), np.uint8)
    painted = paint_classes(image, mask, PALETTE, thicken_px=3)
    rows = np.flatnonzero(painted[:, 20].any(axis=1))
    assert rows.tolist() == [at for at in range(row - 3, row + 4) if 0 <= at < 1300]


def test_thickening_keeps_classes_and_does_not_grow_what_is_ignored() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[1, 1], mask[7, 7], mask[4, 8] = 1, 255, 2
    grown = thicken(mask, 1)
    assert np.flatnonzero(grown[1]).tolist() == [0, 1, 2]
    assert np.flatnonzero(grown[:, 8]).tolist() == [3, 4, 5]
    assert (grown == 255).sum() == 1


def test_painting_into_the_image_needs_no_second_one() -> None:
    image = BLUE_IMAGE.copy()
    assert paint_classes(image, np.zeros((4, 5), np.uint8), PALETTE, out=image) is image


def test_table_has_a_colour_for_every_value() -> None:
    table = colour_table(PALETTE)
    assert table[1].tolist() == [20, 10, 250]
    assert table[3].tolist() == table[255].tolist() == [220, 150, 190]


def test_mask_of_another_size_is_an_error() -> None:
    with pytest.raises(ValueError, match=r'mask of shape \(3, 3\) for an image of \(4, 5\)'):
        paint_classes(BLUE_IMAGE, np.zeros((3, 3), np.uint8), PALETTE)
