"""The affine map of a crop."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def crop_map(
    crop_px: int,
    tile_wh: tuple[int, int],
    *,
    scale: float = 1.0,
    turn: complex = 1.0,
    flip: bool = False,
    place: tuple[float, float] = (0.5, 0.5),
) -> Matrix:
    """Map of tile pixels to crop pixels, both (column, row) with integers at pixel centres.

    The crop's footprint on the tile is moved so that its bounding box lies inside the tile, or
    has the tile inside where it is the larger one.

    Args:
        crop_px: Side of the crop.
        tile_wh: Width and height of the tile.
        scale: Crop pixels per tile pixel.
        turn: Rotation as a complex number of length 1; i turns columns into rows.
        flip: Mirror the columns first.
        place: Where the footprint lies in its room in width and height, in [0, 1].

    Returns:
        The map, shape (2, 3).
    """
    linear = scale * np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    if flip:
        linear[:, 0] *= -1
    extent = crop_px / scale * (abs(turn.real) + abs(turn.imag))
    # Whole pixels: a crop that neither scales nor turns askew copies pixels, it blurs nothing.
    corner = np.round((np.array(tile_wh) - extent) * place)
    centre = corner + (extent - 1) / 2
    return np.column_stack([linear, (crop_px - 1) / 2 - linear @ centre])


def scale_of(matrix: Matrix) -> float:
    """Mask pixels per tile pixel along a line under a map without shear."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
