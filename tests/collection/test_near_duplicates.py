import numpy as np
import pytest

from lanedet_mm.collection.near_duplicates import NearDuplicates

TOP = 1 << 63


@pytest.mark.parametrize(('bits_apart', 'found'), [(0, 7), (3, 7), (4, None)])
def test_hashes_that_differ_in_no_more_bits_are_of_the_same_picture(
    bits_apart: int, found: int | None
) -> None:
    seen = NearDuplicates(most_bits=3)
    seen.add(TOP | 0b10000, 7)
    assert seen.find((TOP | 0b10000) ^ (2**bits_apart - 1)) == found


def test_the_first_bit_counts_too() -> None:
    seen = NearDuplicates(most_bits=0, known=[(TOP, 1)])
    assert seen.find(0) is None
    assert seen.find(TOP) == 1


def test_the_nearest_is_found_and_of_equals_the_first() -> None:
    seen = NearDuplicates(most_bits=4, known=[(0b1111, 5), (0b0001, 3), (0b0010, 2)])
    assert seen.find(0b0000) == 3


def test_an_empty_list_finds_nothing_though_its_room_is_zeros() -> None:
    seen = NearDuplicates(most_bits=4)
    assert seen.find(0) is None
    seen.add(2**64 - 1, 1)
    assert seen.find(0) is None


def test_all_are_remembered_when_their_room_grows() -> None:
    hashes = np.random.default_rng(0).integers(0, 2**64, 2500, dtype=np.uint64).tolist()
    seen = NearDuplicates(most_bits=2, known=zip(hashes[:1500], range(1500), strict=True))
    for row, phash in enumerate(hashes[1500:], 1500):
        seen.add(phash, row)
    assert [seen.find(one ^ (1 << row % 64)) for row, one in enumerate(hashes)] == [*range(2500)]


@pytest.mark.parametrize('most_bits', [-1, 32])
def test_a_distance_that_would_keep_nothing_is_refused(most_bits: int) -> None:
    with pytest.raises(ValueError, match='needed is 0 to 31 of the 64'):
        NearDuplicates(most_bits=most_bits)
