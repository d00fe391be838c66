"""Where windows lie on an image, and how much each of their pixels counts."""

import numpy as np
from numpy.typing import NDArray


def check_window(tile_px: int, overlap_px: int) -> None:
    """Raise `ValueError` unless windows of this size and overlap can move over an image."""
    if tile_px < 1 or not 0 <= overlap_px < tile_px:
        raise ValueError(
            f'windows of {tile_px} px that overlap by {overlap_px} px do not move; the overlap '
            'has to be at least 0 and less than the window'
        )


def window_starts(length_px: int, tile_px: int, overlap_px: int) -> list[int]:
    """First pixel of each window along one side of an image.

    Args:
        length_px: Length of the side; at least a window, pad what is shorter.
        tile_px: Length of a window.
        overlap_px: What neighbours share. The last window ends flush with the side, and shares
            more with the one before it where the stride does not go in evenly.
    """
    check_window(tile_px, overlap_px)
    if length_px < tile_px:
        raise ValueError(f'{length_px} px do not hold a window of {tile_px} px; pad the image')
    last = length_px - tile_px
    return [*range(0, last, tile_px - overlap_px), last]


def blend_weight(tile_px: int, overlap_px: int) -> NDArray[np.float32]:
    """Weight of each pixel of a window where windows overlap.

    A quarter of a sine wave, squared, from each edge: it has no kink, is above 0 everywhere, and
    the weights of two neighbours on the stride add up to 1.

    Args:
        tile_px: Length of a window.
        overlap_px: What neighbours share.

    Returns:
        Weights in (0, 1], shape (tile_px, tile_px).
    """
    check_window(tile_px, overlap_px)
    from_edge = np.minimum(np.arange(tile_px), np.arange(tile_px)[::-1]) + 0.5
    share = np.minimum(from_edge / overlap_px, 1) if overlap_px else np.ones(tile_px)
    ramp = np.sin(share * np.pi / 2) ** 2
    return np.outer(ramp, ramp).astype(np.float32)
