"""Room for things beside the road: rectangles that lie along it and do not overlap."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.polyline import Points, rectangle
from lanedet_mm.synthesis.photo.scene import Scene


def open_ground(scene: Scene, setback_m: float) -> NDArray[np.uint8]:
    """What is taken before anything is built: the road and a strip beside it."""
    return (scene.road.edge_m < setback_m).astype(np.uint8)


def open_area_m2(scene: Scene) -> float:
    """Open ground in square metres, margin included."""
    return float(np.count_nonzero(scene.occupied == 0)) * scene.road.cell_m**2


def free_cells(scene: Scene, count: int, *, street_m: float = 0.0) -> NDArray[np.intp]:
    """Random free cells, (row, column), shape (`count` at most, 2).

    Args:
        scene: The tile.
        count: How many.
        street_m: If not 0, only cells within this distance of a road.
    """
    free = scene.occupied[::2, ::2] == 0
    if street_m:
        free &= scene.road.edge_m[::2, ::2] < street_m
    cells = np.argwhere(free) * 2
    return cells[scene.rng.integers(0, len(cells), count)] if len(cells) else cells


def place_lot(
    scene: Scene, cell: NDArray[np.intp], size_m: tuple[float, float], *, gap_m: float = 1.0
) -> tuple[Points, float] | None:
    """Take a rectangle of ground if it is free.

    Args:
        scene: The tile; its `occupied` is searched and filled.
        cell: Row and column of the cell in the middle.
        size_m: Sides along and across the nearest road.
        gap_m: Free ground to keep around it.

    Returns:
        Centre in tile pixels and heading, or None where the place is taken.
    """
    road = scene.road
    height, width = scene.occupied.shape
    row, col = int(cell[0]), int(cell[1])
    if scene.occupied[row, col]:
        return None
    heading = float(road.heading[row, col])
    padded = (size_m[0] + 2 * gap_m, size_m[1] + 2 * gap_m)
    corners = rectangle(np.array([col, row], float), _over(padded, road.cell_m), heading)
    for corner_col, corner_row in np.rint(corners).astype(int).tolist():
        inside = 0 <= corner_row < height and 0 <= corner_col < width
        if inside and scene.occupied[corner_row, corner_col]:
            return None  # most places that are taken are taken at a corner
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, (width, height))
    room = scene.occupied[low[1] : high[1], low[0] : high[0]]
    shape = np.zeros_like(room)
    cv2.fillConvexPoly(shape, np.round(corners - low).astype(np.int32), 1)
    if np.any(room & shape):
        return None
    room |= shape
    return road.pixels(np.array(row), np.array(col)), heading


def _over(size: tuple[float, float], cell_m: float) -> tuple[float, float]:
    return size[0] / cell_m, size[1] / cell_m
