import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from lanedet_mm.evaluation.lines.packed_mask import from_east, from_west, grow, pack, unpack

WIDTHS = pytest.mark.parametrize('width', [1, 63, 64, 65, 200])


def some(width: int, share: float = 0.02) -> np.ndarray:
    mask = (np.random.default_rng(width).random((40, width)) < share).astype(np.uint8)
    mask[:, -1] |= np.arange(40) % 13 == 0
    return mask


@WIDTHS
def test_packed_and_unpacked_is_the_same(width: int) -> None:
    mask = some(width)
    words = pack(mask)
    assert words.shape == (40, -(-width // 64)) and words.dtype == np.uint64
    np.testing.assert_array_equal(unpack(words, width), mask)
    np.testing.assert_array_equal(pack(mask.astype(bool)), words)
    assert np.bitwise_count(words).sum() == mask.sum()


@WIDTHS
def test_neighbours_cross_from_word_to_word(width: int) -> None:
    mask = some(width, 0.3)
    west, east = (unpack(move(pack(mask)), width) for move in (from_west, from_east))
    np.testing.assert_array_equal(west[:, 1:], mask[:, :-1])
    np.testing.assert_array_equal(east[:, :-1], mask[:, 1:])
    assert not west[:, 0].any() and not east[:, -1].any()


@WIDTHS
def test_grown_is_within_the_distance(width: int) -> None:
    mask = some(width)
    away = distance_transform_edt(mask == 0)
    limits = [0.5, 1.0, 2.3, 5.0 + 1e-6, 60.0]
    for limit, words in zip(limits, grow(pack(mask), limits), strict=True):
        np.testing.assert_array_equal(unpack(words, width), away <= limit)


def test_nothing_grows_to_nothing() -> None:
    assert not grow(pack(np.zeros((5, 70), np.uint8)), [3.0])[0].any()
    assert grow(pack(some(9)), []) == []
