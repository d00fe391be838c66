import numpy as np
import pytest

from lanedet_mm.imagery import blend_weight, window_starts


@pytest.mark.parametrize(
    ('length_px', 'starts'),
    [
        (8, [0]),  # one window
        (9, [0, 1]),  # one pixel more
        (14, [0, 6]),  # on the stride of 6
        (20, [0, 6, 12]),
        (21, [0, 6, 12, 13]),  # the last one flush with the edge
        (19, [0, 6, 11]),
    ],
)
def test_starts_by_hand(length_px: int, starts: list[int]) -> None:
    assert window_starts(length_px, 8, 2) == starts


@pytest.mark.parametrize('overlap_px', [0, 1, 3, 7])
@pytest.mark.parametrize('length_px', range(8, 40))
def test_windows_cover_each_pixel_and_end_inside(length_px: int, overlap_px: int) -> None:
    covered = np.zeros(length_px, int)
    starts = window_starts(length_px, 8, overlap_px)
    for start in starts:
        assert 0 <= start <= length_px - 8
        covered[start : start + 8] += 1
    assert covered.min() >= 1
    assert len(set(starts)) == len(starts)


def test_a_side_below_a_window_has_to_be_padded() -> None:
    with pytest.raises(ValueError, match=r'7 px do not hold a window of 8 px; pad'):
        window_starts(7, 8, 2)


@pytest.mark.parametrize(('tile_px', 'overlap_px'), [(8, 8), (8, 9), (8, -1), (0, 0)])
def test_windows_that_do_not_move_are_an_error(tile_px: int, overlap_px: int) -> None:
    with pytest.raises(ValueError, match='do not move'):
        window_starts(32, tile_px, overlap_px)


@pytest.mark.parametrize(('tile_px', 'overlap_px'), [(8, 2), (8, 4), (16, 3), (512, 128)])
def test_weights_of_neighbours_on_the_stride_add_up_to_1(tile_px: int, overlap_px: int) -> None:
    along = np.sqrt(np.diag(blend_weight(tile_px, overlap_px)))
    assert along[-overlap_px:] + along[:overlap_px] == pytest.approx(np.ones(overlap_px))
    assert along[overlap_px:-overlap_px] == pytest.approx(1)


@pytest.mark.parametrize('overlap_px', [0, 1, 5, 7])
def test_weight_is_positive_and_symmetric(overlap_px: int) -> None:
    weight = blend_weight(8, overlap_px)
    assert weight.shape == (8, 8)
    assert weight.min() > 0
    assert np.array_equal(weight, weight[::-1, ::-1])
    assert np.array_equal(weight, weight.T)
