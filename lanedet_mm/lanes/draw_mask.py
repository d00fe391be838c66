"""Class masks from polylines.

OpenCV's line of thickness 3 with sub-pixel ends is 5 px wide and Pillow's is 2.2 to 3.5 px wide,
depending on its angle. At lines this thin that decides the score, hence a rasterizer of its own.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes.lane import Lane
from lanedet_mm.lanes.taxonomy import IGNORE_INDEX, Taxonomy

Points = NDArray[np.float64]
_STEP_PX = 0.5  # discs this far apart leave the edge of a 3 px line within 0.03 px


def draw_mask(
    lanes: Iterable[Lane],
    size_hw: tuple[int, int],
    taxonomy: Taxonomy,
    *,
    width_px: float = 3.0,
    matrix: Points | None = None,
) -> NDArray[np.uint8]:
    """Draw lanes as a mask of class indices, clipped to its frame.

    A line is the set of pixels whose centre is within half a width of the polyline: as wide as
    asked for at every angle. Later classes cover earlier ones; lanes outside the taxonomy are
    drawn first, as ignore.

    Args:
        lanes: What to draw.
        size_hw: Height and width of the mask in pixels.
        taxonomy: Class of each lane.
        width_px: Width of the lines in mask pixels, at least 1; may be a fraction.
        matrix: Affine map from lane coordinates to mask coordinates, (column, row) to
            (column, row), shape (2, 3); None draws in lane coordinates.

    Returns:
        Class indices and `IGNORE_INDEX`, shape (H, W).

    Raises:
        ValueError: If `width_px` is below 1.
    """
    if width_px < 1:
        raise ValueError(f'line width is {width_px} px; below 1 px a line has gaps: ask for more')
    by_class: dict[int, list[Points]] = {}
    for lane in lanes:
        points = lane.vertices
        if matrix is not None:
            points = points @ matrix[:, :2].T + matrix[:, 2]
        by_class.setdefault(taxonomy.class_of(lane), []).append(points)
    mask = np.zeros(size_hw, np.uint8)
    for index in sorted(by_class, key=lambda index: (index != IGNORE_INDEX, index)):
        points = _sample(by_class[index], size_hw, width_px / 2)
        _stamp(mask, points, width_px / 2, index)
    return mask


def _sample(polylines: list[Points], size_hw: tuple[int, int], margin: float) -> Points:
    """Points along the polylines, where they touch the frame, at most `_STEP_PX` apart."""
    start = np.concatenate([line[:-1] for line in polylines])
    leg = np.concatenate([line[1:] for line in polylines]) - start
    enter, leave = _clip(start, leg, size_hw, margin)
    inside = enter <= leave
    start, leg, enter, leave = start[inside], leg[inside], enter[inside], leave[inside]
    span = (leave - enter) * np.hypot(leg[:, 0], leg[:, 1])
    count = np.ceil(span / _STEP_PX).astype(int) + 1
    owner = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    share = nth / np.maximum(count - 1, 1)[owner]
    at = enter[owner] + share * (leave - enter)[owner]
    return start[owner] + at[:, None] * leg[owner]


def _clip(
    start: Points, leg: Points, size_hw: tuple[int, int], margin: float
) -> tuple[Points, Points]:
    """Where each segment enters and leaves the frame, as shares in [0, 1] (Liang-Barsky)."""
    low, high = -0.5 - margin, np.array(size_hw[::-1]) - 0.5 + margin
    with np.errstate(divide='ignore', invalid='ignore'):
        one, other = (low - start) / leg, (high - start) / leg
    flat = leg == 0
    between = (start >= low) & (start <= high)
    near = np.where(flat, np.where(between, 0.0, np.inf), np.minimum(one, other))
    far = np.where(flat, np.where(between, 1.0, -np.inf), np.maximum(one, other))
    return np.maximum(near.max(1), 0.0), np.minimum(far.min(1), 1.0)


def _stamp(mask: NDArray[np.uint8], points: Points, radius: float, index: int) -> None:
    """Set the pixels whose centre is within `radius` of a point."""
    corner = np.floor(points).astype(int)
    reach = np.arange(-int(radius), int(radius) + 2)
    offset = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 2)
    cell = corner[:, None] + offset  # (N, K, 2)
    close = ((cell - points[:, None]) ** 2).sum(-1) <= radius**2
    inside = (cell >= 0).all(-1) & (cell < mask.shape[::-1]).all(-1)
    col, row = cell[close & inside].T
    mask[row, col] = index
