import numpy as np
from PIL import Image, ImageDraw

from lanedet_mm.visualization.legend import draw_legend, legend_width

ENTRIES = [('white_solid', (255, 0, 0)), ('dashed', (0, 0, 255))]


def test_entries_take_the_width_that_is_told() -> None:
    page = Image.new('RGB', (400, 40), 'white')
    draw_legend(ImageDraw.Draw(page), (10, 20), ENTRIES)
    inked = np.flatnonzero((np.asarray(page) != 255).any(axis=(0, 2)))
    assert inked.min() == 10
    assert abs(inked.max() + 1 - (10 + legend_width(ENTRIES))) <= 2


def test_swatches_have_their_colours() -> None:
    page = Image.new('RGB', (400, 40), 'white')
    draw_legend(ImageDraw.Draw(page), (10, 20), ENTRIES)
    row = np.asarray(page)[20]
    assert tuple(row[20]) == (255, 0, 0)
    second = 10 + legend_width(ENTRIES[:1]) + 18
    assert tuple(row[second + 10]) == (0, 0, 255)
