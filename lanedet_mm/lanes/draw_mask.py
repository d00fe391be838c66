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
    start, leg, low, high, limit = (
        np.where(steep[:, None], pair[..., ::-1], pair) for pair in (start, leg, low, high, limit)
    )
    segment, along = _ranges(
        np.ceil(np.maximum(low[:, 0], 0)), np.floor(np.minimum(high[:, 0], limit[:, 0]))
    )
    below, above = _cross_section(along - start[segment, 0], leg[segment], radius)
    middle = start[segment, 1]
    which, across = _ranges(
        np.ceil(np.maximum(middle + below, 0)),
        np.floor(np.minimum(middle + above, limit[segment, 1])),
    )
    along, segment = along[which], segment[which]
    pixels = np.where(steep[segment], along * size_hw[1] + across, across * size_hw[1] + along)
    return pixels, near[segment]


def _cross_section(
    ahead: NDArray[np.float64], leg: Points, radius: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From where to where a line with round ends reaches across, so far ahead of its start.

    Either edge is the line itself, moved aside, between the points where it touches the discs
    around the ends, and the edge of a disc beyond them.
    """
    run, rise = np.abs(leg[:, 0]), leg[:, 1]
    ahead = np.where(leg[:, 0] < 0, -ahead, ahead)
    flat = run == 0  # a segment of no length, for a line rises no more than it runs
    slope = rise / np.where(flat, 1, run)
    aside = radius * np.sqrt(1 + slope**2)
    touch = radius * slope / np.sqrt(1 + slope**2)
    at_start = np.sqrt(np.maximum(radius**2 - ahead**2, 0))
    at_end = np.sqrt(np.maximum(radius**2 - (ahead - run) ** 2, 0))
    line = slope * ahead
    above = np.where(ahead > run - touch, rise + at_end, line + aside)
    above = np.where(ahead < -touch, at_start, above)
    below = np.where(ahead > run + touch, rise - at_end, line - aside)
    below = np.where(ahead < touch, -at_start, below)
    return below, above


def _ranges(first: NDArray[np.float64], last: NDArray[np.float64]) -> tuple[Indices, Indices]:
    """The whole numbers of each range, ends included, and the range of each."""
    count = np.maximum(last - first + 1, 0).astype(np.intp)
    owner = np.repeat(np.arange(len(count)), count)
    offset = first.astype(np.intp) - (np.cumsum(count) - count)
    return owner, np.arange(len(owner)) + offset[owner]
