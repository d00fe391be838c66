"""Lines moved onto the paint that they are meant for."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, uniform_filter1d

from lanedet_mm.lanes.dividers import resample, runs
from lanedet_mm.lanes.lane_centrelines import Line

_STEP_M = 0.5
_PAINT_M = 1.0  # what is wider is no line
_BLUR_M = 0.15
_BRIGHTEST = 60.0  # a car's roof counts no more than good paint


def snap_to_paint(
    image: NDArray[np.uint8],
    lines: Sequence[Line],
    *,
    gsd_m: float,
    reach_m: float = 0.8,
    period_m: float = 12.0,
    least_contrast: float = 8.0,
) -> tuple[Line, ...]:
    """Move each line sideways to where it runs along narrow bright marks; drop what has none.

    A line is straightened into a strip whose rows are places along it and whose columns are
    distances from it. Of the ways down the strip that never turn sharply, the brightest is taken
    (dynamic programming, as Amini et al. 1990 use for snakes). Brightness is that of narrow marks
    alone (a white top-hat), mean over the period of dashes, so that a gap follows its dashes.

    Args:
        image: Photograph in BGR, shape (H, W, 3).
        lines: Polylines of (column, row) in its pixels.
        gsd_m: Its ground metres per pixel.
        reach_m: Greatest move.
        period_m: From one dash to the next.
        least_contrast: What the marks below a line have to be brighter than most of the strip, mean
            over a period, grey levels of 255.

    Returns:
        The stretches with paint, polylines with a point every half metre.
    """
    marks = _narrow_and_bright(image, gsd_m)
    found = []
    for line in lines:
        snapped, contrast = _snap(marks, line, gsd_m, reach_m, period_m)
        snapped[contrast < least_contrast] = np.nan
        found += runs(snapped, least=2)
    return tuple(found)


def _narrow_and_bright(image: NDArray[np.uint8], gsd_m: float) -> NDArray[np.float32]:
    """White and yellow marks that are narrower than `_PAINT_M`, shape (H, W)."""
    bright = np.minimum(image[..., 1], image[..., 2])  # green and red: yellow has no blue
    side = 2 * math.ceil(_PAINT_M / gsd_m / 2) + 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    marks = cv2.morphologyEx(bright, cv2.MORPH_TOPHAT, disk)
    marks = np.minimum(marks, _BRIGHTEST).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(marks, (0, 0), _BLUR_M / gsd_m))  # brightest in the middle


def _snap(
    marks: NDArray[np.float32], line: Line, gsd_m: float, reach_m: float, period_m: float
) -> tuple[Line, NDArray[np.float64]]:
    """The moved line and its contrast, shape (N, 2) and (N,)."""
    points, heading = resample(line, _STEP_M / gsd_m)
    if not len(points):
        return points, np.empty(0)
    normal = np.stack([-heading[:, 1], heading[:, 0]], axis=1)
    half_px = math.floor(reach_m / gsd_m * 2)
    moves = np.arange(-half_px, half_px + 1) / 2
    at = points[:, None] + normal[:, None] * moves[:, None]  # (N, moves, 2)
    strip = map_coordinates(marks, (at[..., 1], at[..., 0]), order=1, mode='constant')
    strip = uniform_filter1d(strip, max(round(period_m / _STEP_M), 1), axis=0, mode='nearest')
    away = (moves * gsd_m / reach_m) ** 2  # a tie is for the place that was said
    path = _best_way(strip - away)
    contrast = strip[np.arange(len(strip)), path] - np.median(strip, axis=1)
    # Half pixels are stairs, which the mean over four metres levels.
    level = uniform_filter1d(moves[path], round(4 / _STEP_M), mode='nearest')
    return points + normal * level[:, None], contrast


def _best_way(value: NDArray[np.float64]) -> NDArray[np.intp]:
    """The way down of the greatest sum, at most one column aside per row: a column of each row."""
    rows, columns = value.shape
    total = value[0].astype(np.float64)
    came = np.zeros((rows, columns), np.intp)
    for row in range(1, rows):
        aside = np.pad(total, 1, constant_values=-np.inf) - 1e-3  # straight on where it is as good
        before = np.stack([aside[:-2], total, aside[2:]])
        best = before.argmax(axis=0)
        came[row] = np.arange(columns) + best - 1
        total = before[best, np.arange(columns)] + value[row]
    path = np.empty(rows, np.intp)
    path[-1] = total.argmax()
    for row in range(rows - 1, 0, -1):
        path[row - 1] = came[row, path[row]]
    return path
