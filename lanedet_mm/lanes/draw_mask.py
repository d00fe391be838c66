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
Indices = NDArray[np.intp]
# Vertices are often whole pixels: without it, a line of 4 px along one would be 5 px wide.
_TIE_PX = 1e-6


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
    asked for at every angle, with round ends. Where both edges of a line run through pixel
    centres, the right or lower one counts. Later classes cover earlier ones; lanes outside the
    taxonomy are drawn first, as ignore.

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
    start, end, label = _segments(lanes, taxonomy, matrix)
    pixels, owner = _covered(start + _TIE_PX, end + _TIE_PX, size_hw, width_px / 2)
    mask = np.zeros(size_hw[0] * size_hw[1], np.uint8)
    mask[pixels] = label[owner]  # where a pixel comes twice, numpy keeps the last
    return mask.reshape(size_hw)


def _segments(
    lanes: Iterable[Lane], taxonomy: Taxonomy, matrix: Points | None
) -> tuple[Points, Points, NDArray[np.uint8]]:
    """Start, end and class of every segment of the lanes, ignored ones first, then by class."""
    labelled = [(taxonomy.class_of(lane), lane.vertices) for lane in lanes]
    labelled.sort(key=lambda pair: (pair[0] != IGNORE_INDEX, pair[0]))
    if not labelled:
        return np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, np.uint8)
    points = np.concatenate([vertices for _, vertices in labelled])
    if matrix is not None:
        points = points @ matrix[:, :2].T + matrix[:, 2]
    count = np.array([len(vertices) for _, vertices in labelled])
    label = np.repeat(np.array([index for index, _ in labelled], np.uint8), count)
    inner = np.ones(len(points), bool)
    inner[np.cumsum(count) - 1] = False  # the last vertex of a lane starts no segment
    first = np.flatnonzero(inner)
    return points[first], points[first + 1], label[first]


def _covered(
    start: Points, end: Points, size_hw: tuple[int, int], radius: float
) -> tuple[Indices, Indices]:
    """Pixels whose centre is within `radius` of a segment.

    Returns:
        Flat indices of the pixels and the segment of each, in the order of the segments.
    """
    limit = np.array(size_hw[::-1]) - 1
    low, high = np.minimum(start, end) - radius, np.maximum(start, end) + radius
    near = np.flatnonzero(((high >= 0) & (low <= limit)).all(1))
    start, leg, low, high = start[near], (end - start)[near], low[near], high[near]
    # From here on "along" is the axis on which a segment is longer, "across" the other one.
    steep = abs(leg[:, 1]) > abs(leg[:, 0])
    start, leg, low, high = (
        np.where(steep[:, None], a[:, ::-1], a) for a in (start, leg, low, high)
    )
    limit = np.where(steep[:, None], limit[::-1], limit)
    first = np.ceil(np.maximum(low[:, 0], 0)).astype(np.intp)
    count = np.floor(np.minimum(high[:, 0], limit[:, 0])).astype(np.intp) - first + 1
    owner = np.repeat(np.arange(len(near)), count)
    along = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count - first, count)
    start, leg, limit, steep = start[owner], leg[owner], limit[owner, 1], steep[owner]
    # A line is never steeper than its diagonal here, so that it reaches at most so far across.
    reach = radius * np.sqrt(2)
    ahead = along - start[:, 0]
    slope = np.divide(leg[:, 1], leg[:, 0], out=np.zeros(len(leg)), where=leg[:, 0] != 0)
    middle = np.clip(ahead * slope, np.minimum(leg[:, 1], 0), np.maximum(leg[:, 1], 0))
    across = np.ceil(start[:, 1] + middle - reach)[:, None] + np.arange(int(2 * reach) + 1)
    aside = across - start[:, 1:]
    length = (leg**2).sum(1)
    share = (ahead * leg[:, 0])[:, None] + aside * leg[:, 1:]
    share = np.divide(share, length[:, None], out=np.zeros_like(share), where=length[:, None] > 0)
    share = np.clip(share, 0, 1)
    distance = (ahead[:, None] - share * leg[:, :1]) ** 2 + (aside - share * leg[:, 1:]) ** 2
    hit = (distance <= radius**2) & (across >= 0) & (across <= limit[:, None])
    which, _ = np.nonzero(hit)
    across, along, width = across[hit].astype(np.intp), along[which], size_hw[1]
    pixels = np.where(steep[which], along * width + across, across * width + along)
    return pixels, near[owner[which]]
