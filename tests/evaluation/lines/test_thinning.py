import cv2
import numpy as np
import pytest

from lanedet_mm.evaluation.lines.thinning import thin


def mask_of(*rows: str) -> np.ndarray:
    return np.array([[int(cell == '#') for cell in row] for row in rows], np.uint8)


def test_a_bar_by_hand() -> None:
    bar = mask_of('.......', '.#####.', '.#####.', '.#####.', '.......')
    assert np.array_equal(thin(bar), mask_of('.......', '.......', '..###..', '.......', '.......'))


def test_a_corner_keeps_its_arms_together() -> None:
    line = thin(mask_of('###.....', '###.....', '###.....', '########', '########', '########'))
    assert cv2.connectedComponents(line)[0] == 2  # the background and one line
    assert line.sum() == 8


@pytest.mark.parametrize('size_hw', [(1, 1), (1, 70), (70, 1), (3, 64), (65, 65)])
def test_a_line_of_one_pixel_stays_at_any_size(size_hw: tuple[int, int]) -> None:
    mask = np.zeros(size_hw, np.uint8)
    mask[size_hw[0] // 2] = 1
    assert np.array_equal(thin(mask), mask)


@pytest.mark.parametrize('width', [1, 2, 3, 4, 5, 6])
def test_a_band_at_45_degrees_stays_as_long_as_it_is(width: int) -> None:
    row, column = np.mgrid[:100, :100]
    across, along = column - row, row + column
    band = ((across >= 0) & (across < width) & (along >= 40) & (along <= 160)).astype(np.uint8)
    line = thin(band)
    assert np.ptp(across[line > 0]) <= 2  # the ends may have a hook
    assert 60 - width <= line.sum() <= 62


def test_no_part_is_lost_and_none_falls_apart() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        mask = (rng.random((70, 90)) < 0.6).astype(np.uint8)
        line = thin(mask)
        assert not (line & ~mask).any()
        assert cv2.connectedComponents(line)[0] == cv2.connectedComponents(mask)[0]
