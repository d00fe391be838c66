import numpy as np
import pytest

from lanedet_mm.visualization.reconstruction_sheet import reconstruction_sheet

TOP, GAP = 28, 8


def tiles(size_hw: tuple[int, int] = (32, 32)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two tiles, orange and blue, whose right half is hidden and filled with green."""
    original = np.zeros((2, *size_hw, 3))
    original[0], original[1] = (1.0, 0.6, 0.0), (0.0, 0.2, 1.0)
    hidden = np.zeros((2, *size_hw, 1))
    hidden[:, :, size_hw[1] // 2 :] = 1
    filled = np.where(hidden == 1, (0.0, 1.0, 0.0), original)
    return original, filled, hidden


def colours(sheet: np.ndarray, row: int, *, panel_px: int) -> list[tuple[int, ...]]:
    """RGB of the left and the right half of each panel of a row."""
    line = sheet[TOP + row * (panel_px + GAP) + panel_px // 2]
    lefts = [GAP + panel * (panel_px + GAP) for panel in range(3)]
    at = [left + panel_px * quarter // 4 for left in lefts for quarter in (1, 3)]
    return [tuple(line[col].tolist()) for col in at]


def test_a_row_shows_what_was_what_was_seen_and_what_was_made_of_it() -> None:
    sheet = reconstruction_sheet(*tiles(), panel_px=64)
    grey, green = (128, 128, 128), (0, 255, 0)
    for row, colour in enumerate([(255, 153, 0), (0, 51, 255)]):
        assert colours(sheet, row, panel_px=64) == [colour, colour, colour, grey, colour, green]


@pytest.mark.parametrize(('size_hw', 'height'), [((32, 32), 64), ((16, 32), 32)])
def test_the_page_has_the_tiles_proportions(size_hw: tuple[int, int], height: int) -> None:
    sheet = reconstruction_sheet(*tiles(size_hw), panel_px=64)
    assert sheet.shape == (TOP + 2 * (height + GAP), GAP + 3 * (64 + GAP), 3)
    assert sheet.dtype == np.uint8
    assert (sheet[-GAP:] == 255).all()


def test_each_column_has_its_title() -> None:
    bar = reconstruction_sheet(*tiles(), panel_px=100)[:TOP]
    titles = [bar[:, GAP + panel * 108 : GAP + panel * 108 + 100] for panel in range(3)]
    assert all((title < 128).any() for title in titles)
    assert not any(np.array_equal(titles[index], titles[index - 1]) for index in range(3))


@pytest.mark.parametrize('name', ['miami', 'a place with a name that is wider than its tile'])
def test_a_name_stays_in_the_panel_of_its_original(name: str) -> None:
    plain = reconstruction_sheet(*tiles(), panel_px=128)
    named = reconstruction_sheet(*tiles(), panel_px=128, names=['', name])
    rows, cols = np.nonzero((plain != named).any(axis=2))
    second = TOP + 128 + GAP
    assert second < rows.min() < rows.max() < second + 30
    assert GAP < cols.min() < cols.max() < GAP + 128


def test_values_outside_of_0_and_1_are_clipped() -> None:
    original, filled, hidden = tiles()
    sheet = reconstruction_sheet(original * 2 - 0.2, filled * 2 - 0.2, hidden, panel_px=64)
    assert colours(sheet, 1, panel_px=64)[0] == (0, 51, 255)  # (-0.2, 0.2, 1.8)
    assert colours(sheet, 1, panel_px=64)[-1] == (0, 255, 0)
