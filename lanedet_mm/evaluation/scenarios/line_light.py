"""How bright the paint and the road beside it are, along true lines."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from lanedet_mm.evaluation.scenarios.line_pieces import LinePieces, Values

BESIDE_M = (0.5, 0.7, 0.9)  # from a line to its road, beyond the paint of a double line
PAINT_M = 0.15  # annotations lie that far off their paint, or a pixel
_ACROSS = 5  # samples over the paint


@dataclass(frozen=True, eq=False)
class LineLight:
    """Grey levels at the stations of lines, in [0, 255].

    Attributes:
        beside: At the distances `BESIDE_M` to the left and to the right, shape (S, 6).
        paint: The brightest on the line and `PAINT_M`, or a pixel, to either side, shape (S,).
    """

    beside: NDArray[np.float32]
    paint: NDArray[np.float32]

    @classmethod
    def measure(cls, image: NDArray[np.uint8], pieces: LinePieces) -> 'LineLight':
        """Sample an image along lines.

        Args:
            image: BGR, shape (H, W, 3).
            pieces: The lines of its tile.
        """
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
        reach = max(PAINT_M, pieces.gsd_m)
        on_line = across(grey, pieces, np.linspace(-reach, reach, _ACROSS))
        away = np.array(BESIDE_M)
        return cls(across(grey, pieces, np.concatenate([-away, away])), on_line.max(1))


def across(
    field: NDArray[np.generic], pieces: LinePieces, offsets_m: Values
) -> NDArray[np.float32]:
    """Values of a field beside each station.

    Args:
        field: Shape (H, W); its border goes on outside.
        pieces: The stations.
        offsets_m: To the left (below 0) and to the right of the line.

    Returns:
        Interpolated values, shape (S, offsets).
    """
    aside = np.stack([pieces.way[:, 1], -pieces.way[:, 0]], 1)  # (row, column), to the right
    at = (pieces.station_m[:, None] + aside[:, None] * offsets_m[:, None]) / pieces.gsd_m
    values = np.asarray(field, np.float32)
    return np.asarray(map_coordinates(values, at.transpose(2, 0, 1), order=1, mode='nearest'))
