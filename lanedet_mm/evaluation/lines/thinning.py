"""From painted bands to centre lines of one pixel.

Guo & Hall 1989, "Parallel thinning with two-subiteration algorithms". The better known one of Zhang
& Suen 1984 loses whole bands that run at 45 degrees. Whether a pixel goes depends on its eight
neighbours alone, by and, or and not, so that 64 pixels are packed to a word and decided together.
"""

import numpy as np

from lanedet_mm.evaluation.lines.packed_mask import Mask, Words, from_east, from_west, pack, unpack


def thin(mask: Mask) -> Mask:
    """Thin bands to lines of one pixel, 8-connected as the bands are.

    Args:
        mask: 0 and 1, shape (H, W).

    Returns:
        0 and 1, shape (H, W).
    """
    words = np.pad(pack(mask), ((1, 1), (0, 0)))
    removed = True
    while removed:
        removed = False
        for turn in (0, 1):
            gone = _removed(words, turn)
            removed |= bool(gone.any())
            words[1:-1] ^= gone
    return unpack(words[1:-1], mask.shape[1])


def _removed(words: Words, turn: int) -> Words:
    """Pixels that meet Guo and Hall's three conditions, without the border rows."""
    west, east = from_west(words), from_east(words)
    ring = [
        words[:-2], east[:-2], east[1:-1], east[2:], words[2:], west[2:], west[1:-1], west[:-2],
    ]  # fmt: skip
    # Clockwise from the north; the second turn is the first one rotated by half.
    n, ne, e, se, s, sw, w, nw = ring[4:] + ring[:4] if turn else ring
    steep = nw | n, ne | e, se | s, sw | w
    flat = n | ne, e | se, s | sw, w | nw
    crossings = (ne | e) & ~n, (se | s) & ~e, (sw | w) & ~s, (nw | n) & ~w
    one_crossing = (crossings[0] | crossings[1] | crossings[2] | crossings[3]) & ~_two(*crossings)
    inside = steep[0] & steep[1] & steep[2] & steep[3] & flat[0] & flat[1] & flat[2] & flat[3]
    edge = _two(*steep) & _two(*flat) & ~inside
    removed: Words = words[1:-1] & one_crossing & edge & ~((n | ne | ~se) & e)
    return removed


def _two(a: Words, b: Words, c: Words, d: Words) -> Words:
    """Where two or more of four are set."""
    return np.asarray((a & b) | (c & d) | ((a | b) & (c | d)), np.uint64)
