"""Masks with 64 pixels in a word, on which and, or and shifts work on all of them at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Words = NDArray[np.uint64]  # 64 columns each, the first one in the lowest bit
_ONE, _LAST = np.uint64(1), np.uint64(63)


def pack(mask: Mask | NDArray[np.bool_]) -> Words:
    """Pack a mask of 0 and 1, shape (H, W), to shape (H, ceil(W / 64)); what is added is 0."""
    even: Mask = mask.view(np.uint8)
    if mask.shape[1] % 64:
        even = np.pad(even, ((0, 0), (0, -mask.shape[1] % 64)))
    packed = np.packbits(even, axis=1, bitorder='little')
    return packed.view('<u8').astype(np.uint64, copy=False)


def unpack(words: Words, width: int) -> Mask:
    """The mask of 0 and 1, shape (H, width)."""
    octets = words.astype('<u8', copy=False).view(np.uint8)
    return np.unpackbits(octets, axis=1, count=width, bitorder='little')


def from_west(words: Words) -> Words:
    """What each pixel's western neighbour is; 0 beyond the border."""
    moved: Words = words << _ONE
    moved[:, 1:] |= words[:, :-1] >> _LAST
    return moved


def from_east(words: Words) -> Words:
    """What each pixel's eastern neighbour is; 0 beyond the border."""
    moved: Words = words >> _ONE
    moved[:, :-1] |= words[:, 1:] << _LAST
    return moved


def grow(words: Words, limits_px: Sequence[float]) -> list[Words]:
    """Pixels with one that is set within a distance; those that are added may be among them.

    Args:
        words: Packed mask.
        limits_px: Distances.

    Returns:
        A packed mask for each of them.
    """
    spread = [words]  # by so many pixels to the west and to the east
    for _ in range(int(max(limits_px, default=0))):
        last = spread[-1]
        spread.append(last | from_west(last) | from_east(last))
    grown = []
    for limit in limits_px:
        disc = spread[int(limit)].copy()
        for down in range(1, int(limit) + 1):
            row = spread[int((limit**2 - down**2) ** 0.5)]
            disc[down:] |= row[:-down]
            disc[:-down] |= row[down:]
        grown.append(disc)
    return grown
