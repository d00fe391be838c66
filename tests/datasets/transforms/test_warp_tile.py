import numpy as np
import pytest

from lanedet_mm.datasets.transforms.crop_map import crop_map
from lanedet_mm.datasets.transforms.warp_tile import outside_tile, warp_tile

RNG = np.random.default_rng(0)
TILE = RNG.integers(0, 255, (60, 80, 3), dtype=np.uint8)


def test_a_crop_without_scale_copies_pixels() -> None:
    matrix = np.array([[1.0, 0, -7], [0, 1, -11]])
    np.testing.assert_array_equal(warp_tile(TILE, matrix, (32, 40)), TILE[11:43, 7:47])


@pytest.mark.parametrize(('turn', 'quarters'), [(1j, 3), (-1, 2), (-1j, 1)])
@pytest.mark.parametrize('flip', [False, True])
def test_a_quarter_turn_copies_pixels(turn: complex, quarters: int, flip: bool) -> None:
    matrix = crop_map(32, (80, 60), turn=turn, flip=flip, place=(0, 0))
    expected = TILE[:32, :32, :]
    expected = np.rot90(expected[:, ::-1] if flip else expected, quarters)
    np.testing.assert_array_equal(warp_tile(TILE, matrix, (32, 32)), expected)


def test_a_turn_by_i_takes_columns_to_rows() -> None:
    tile = np.zeros((16, 16, 3), np.uint8)
    tile[:, 3] = 200
    turned = warp_tile(tile, crop_map(16, (16, 16), turn=1j), (16, 16))
    assert np.flatnonzero(turned[:, 8, 0]).tolist() == [3]
    assert (turned[3] == 200).all()


@pytest.mark.parametrize('scale', [0.5, 0.25, 0.125])
def test_shrinking_loses_no_thin_line(scale: float) -> None:
    # Lines 1 px wide every 8 px: an eighth of the light, wherever the samples fall.
    tile = np.zeros((512, 512, 3), np.uint8)
    tile[:, ::8] = 240
    small = warp_tile(tile, crop_map(64, (512, 512), scale=scale), (64, 64))
    assert small.mean() == pytest.approx(30, abs=1)
    if scale == 0.125:
        assert np.ptp(small[8:-8, 8:-8].astype(int)) <= 8  # no beat between lines and samples


def test_outside_is_filled_up_to_the_very_edge() -> None:
    tile = np.full((10, 10, 3), 200, np.uint8)
    matrix = np.array([[1.0, 0, 3], [0, 1, -2]])
    result = warp_tile(tile, matrix, (12, 12), fill_bgr=(1, 2, 3))
    outside = outside_tile((10, 10), matrix, (12, 12))
    expected = np.ones((12, 12), bool)
    expected[:8, 3:] = False
    np.testing.assert_array_equal(outside, expected)
    assert (result[expected] == (1, 2, 3)).all()
    assert (result[~expected] == 200).all()


def test_a_crop_beside_the_tile_is_all_fill() -> None:
    matrix = np.array([[1.0, 0, 500], [0, 1, 0]])
    assert (warp_tile(TILE, matrix, (8, 8), fill_bgr=(9, 9, 9)) == 9).all()


def test_inside_is_told_without_a_mask() -> None:
    assert outside_tile((60, 80), crop_map(60, (80, 60), place=(1, 1)), (60, 60)) is None


def test_only_the_window_is_read() -> None:
    # What pays when a tile is a file mapped into memory.
    big = np.full((1000, 1000, 3), 7, np.uint8)
    poisoned = big.copy()
    poisoned[200:] = 255
    matrix = crop_map(100, (1000, 1000), place=(0.5, 0))
    np.testing.assert_array_equal(
        warp_tile(big, matrix, (100, 100)), warp_tile(poisoned, matrix, (100, 100))
    )
