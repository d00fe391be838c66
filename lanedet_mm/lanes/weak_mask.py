"""A training mask of what lane centrelines tell about paint."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes.dividers import dividers
from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, Line
from lanedet_mm.lanes.taxonomy import IGNORE_INDEX

Pixels = NDArray[np.uint8]
_SUBPIXEL_BITS = 4


def weak_mask(
    centrelines: LaneCentrelines,
    size_hw: tuple[int, int],
    *,
    lines: Sequence[Line] | None = None,
    line_m: float = 0.4,
    doubt_m: float = 0.8,
    lane_middle_m: float = 0.7,
    road_m: float = 8.0,
) -> Pixels:
    """Draw dividers as paint, lane middles and ground away from lanes as background.

    All else is to be ignored: edge lines, stop lines, arrows and junctions, of which centrelines
    say nothing.

    Args:
        centrelines: Lanes of a photograph.
        size_hw: Height and width of the photograph.
        lines: Its dividers, where they are known; None finds them.
        line_m: Width of a divider, ground metres.
        doubt_m: Distance from a divider up to which the paint may lie too.
        lane_middle_m: Distance from a centreline up to which there is no line.
        road_m: Distance from every lane and link from which on there is no lane.

    Returns:
        1 paint, 0 background, 255 ignore; shape size_hw.
    """
    px = 1 / centrelines.gsd_m
    lanes, turns = centrelines.lanes, centrelines.turns
    lines = dividers(centrelines) if lines is None else lines
    mask = np.full(size_hw, IGNORE_INDEX, np.uint8)
    mask[_distance([*lanes, *turns], size_hw) > road_m * px] = 0
    mask[_distance(lanes, size_hw) <= lane_middle_m * px] = 0
    mask[_distance(turns, size_hw) <= 3.0 * px] = IGNORE_INDEX
    to_line = _distance(lines, size_hw)
    mask[to_line <= doubt_m * px] = IGNORE_INDEX
    mask[to_line <= line_m / 2 * px] = 1
    for polygon in centrelines.unknown:
        cv2.fillPoly(mask, [np.round(polygon).astype(np.int32)], IGNORE_INDEX)
    return mask


def _distance(lines: Sequence[Line], size_hw: tuple[int, int]) -> NDArray[np.float32]:
    """Distance of each pixel from the nearest line, infinite where there is none."""
    if not len(lines):
        return np.full(size_hw, np.inf, np.float32)
    blank = np.full(size_hw, 1, np.uint8)
    cv2.polylines(blank, list(_fixed_point(lines)), False, 0, 1, cv2.LINE_8, _SUBPIXEL_BITS)
    if blank.all():  # all of them outside
        return np.full(size_hw, np.inf, np.float32)
    distance = cv2.distanceTransform(blank, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(distance, np.float32)


def _fixed_point(lines: Iterable[Line]) -> Iterable[NDArray[np.int32]]:
    return (np.round(line * 2**_SUBPIXEL_BITS).astype(np.int32) for line in lines)
