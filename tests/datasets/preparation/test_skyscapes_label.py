import json
import os
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.datasets.preparation.skyscapes_label import class_indices
from lanedet_mm.datasets.skyscapes_classes import SKYSCAPES_LANE_CLASSES
from lanedet_mm.imagery import ImageError

SHARED = Path(os.environ.get('LANEDET_SHARED', Path(__file__).parents[4] / 'shared'))


def test_every_colour_becomes_its_index_with_red_and_blue_in_place() -> None:
    colours = [one.rgb[::-1] for one in SKYSCAPES_LANE_CLASSES]
    indices = class_indices(np.array([colours, colours[::-1]], np.uint8), 'a.png')
    assert indices.dtype == np.uint8
    assert indices.tolist() == [list(range(13)), list(range(13))[::-1]]
    # A long line is blue, a dash line red: told apart by channel order alone.
    assert class_indices(np.array([[(255, 0, 0), (0, 0, 255)]], np.uint8), '').tolist() == [[2, 1]]


def test_an_unknown_colour_names_file_colour_and_the_first_place() -> None:
    label = np.zeros((40, 50, 3), np.uint8)
    label[30:, 7] = (3, 2, 1)
    label[35, 2] = (9, 9, 9)
    message = r'lane\.png: 11 pixels .* RGB \(1, 2, 3\) at \(row, col\) = \(30, 7\)'
    with pytest.raises(ImageError, match=message):
        class_indices(label, 'lane.png')


def test_lines_are_aels_classes_and_everything_else_is_background() -> None:
    by_name = {one.name: one.ael for one in SKYSCAPES_LANE_CLASSES}
    assert by_name['Long Line'] == 1
    assert by_name['Dash Line'] == by_name['Small dash line'] == 2
    assert sum(by_name.values()) == 5


def test_table_is_the_published_one() -> None:
    published = SHARED / 'skyscapes/classes.json'
    if not published.is_file():
        pytest.skip(f'{published} is not here; set LANEDET_SHARED')
    rows = json.loads(published.read_text())['SkyScapes-Lane']
    assert [(row['index'], row['name'], tuple(row['rgb'])) for row in rows] == [
        (index, one.name, one.rgb) for index, one in enumerate(SKYSCAPES_LANE_CLASSES)
    ]
