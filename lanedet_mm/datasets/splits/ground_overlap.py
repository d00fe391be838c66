"""Exact overlap of axis-aligned boxes: of tiles on the ground."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
_TOUCHING_M = 1e-6  # corners of neighbours that were reckoned apart differ by rounding
_CHUNK = 256  # boxes at a time: bounds the memory where all boxes share one column of ground


def overlaps_any(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Which boxes have ground in common with any other one; touching edges do not count.

    Args:
        boxes: (xmin, ymin, xmax, ymax), shape (N, 4).
        others: The same, shape (M, 4).

    Returns:
        Shape (N,).
    """
    hit = np.zeros(len(boxes), bool)
    for box, _ in _overlapping_pairs(boxes, others):
        hit[box] = True
    return hit


def covered_share(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Share of each box's area that the union of the others covers, exact.

    Args:
        boxes: (xmin, ymin, xmax, ymax), shape (N, 4).
        others: The same, shape (M, 4).

    Returns:
        Shares in [0, 1], shape (N,).
    """
    area = np.zeros(len(boxes))
    for box, other in _overlapping_pairs(boxes, others):
        for index, start, count in zip(
            *np.unique(box, return_index=True, return_counts=True), strict=True
        ):
            low, high = np.tile(boxes[index, :2], 2), np.tile(boxes[index, 2:], 2)
            area[index] = _union_area(np.clip(others[other[start : start + count]], low, high))
    size = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(area / size.prod(1), np.float64)


def _overlapping_pairs(
    boxes: Boxes, others: Boxes
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Indices of the pairs that overlap, chunk by chunk, in the order of the boxes."""
    if not len(others):
        return
    order = np.argsort(others[:, 0], kind='stable')
    xmin = others[order, 0]
    widest = (others[:, 2] - others[:, 0]).max()
    for begin in range(0, len(boxes), _CHUNK):
        chunk = boxes[begin : begin + _CHUNK]
        # Only a box that starts before the right edge, and less than the widest box before the
        # left one, can overlap.
        first = np.searchsorted(xmin, chunk[:, 0] - widest, side='left')
        count = np.searchsorted(xmin, chunk[:, 2], side='left') - first
        box = np.repeat(np.arange(len(chunk)), count)
        nth = np.arange(len(box)) - np.repeat(np.cumsum(count) - count, count)
        other = order[first[box] + nth]
        low = np.maximum(chunk[box, :2], others[other, :2])
        high = np.minimum(chunk[box, 2:], others[other, 2:])
        hit = (low + _TOUCHING_M < high).all(1)
        yield box[hit] + begin, other[hit]


def _union_area(boxes: Boxes) -> float:
    """Area of the union of boxes: the cells between all their edges, each counted once."""
    cols, rows = np.unique(boxes[:, 0::2]), np.unique(boxes[:, 1::2])
    spans_col = (boxes[:, :1] <= cols[:-1]) & (cols[1:] <= boxes[:, 2:3])  # (K, columns)
    spans_row = (boxes[:, 1:2] <= rows[:-1]) & (rows[1:] <= boxes[:, 3:])  # (K, rows)
    covered = spans_col.T.astype(np.float32) @ spans_row.astype(np.float32) > 0
    return float(np.diff(cols) @ covered @ np.diff(rows))
