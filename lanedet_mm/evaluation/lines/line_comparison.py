"""A predicted mask against the truth, line by line, in ground metres."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.evaluation.lines.centre_line import CentreLine, Mask, Polyline
from lanedet_mm.evaluation.lines.line_sums import LineSums, Values
from lanedet_mm.evaluation.lines.pixel_distance import pixel_distances

TOLERANCES_M = (0.15, 0.30, 0.50, 1.00)
_ROUNDING_PX = 1e-6  # 0.30 m at 0.10 m is below 3 px
_DILATED_PX = 16  # up to here a dilation is faster than the distance transform


def compare_lines(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    *,
    ground_gsd_m: float,
    num_classes: int,
    tolerances_m: Sequence[float] = TOLERANCES_M,
    ignore_index: int = 255,
    truth_lines: Iterable[Polyline] | None = None,
) -> LineSums:
    """Thin both masks and sum up what lies within the tolerances of the other one.

    Distances of thinned lines are between pixels, so that a tolerance below the resolution asks for
    the same pixel; to true polylines they are exact. On ignored ground nothing counts,
    nor does anything there match what counts.

    Args:
        predicted: Class indices, shape (H, W).
        truth: Class indices or `ignore_index`, the same shape.
        ground_gsd_m: Ground metres per pixel, the Mercator scale taken out.
        num_classes: Number of classes with the background, C.
        tolerances_m: Distances within which two lines match, in ground metres, rising.
        ignore_index: True value of the pixels that count for nothing.
        truth_lines: Vertices (column, row) in pixels and class of the true lines, where they are
            known; otherwise they are the truth's mask thinned. Paint is compared by the masks.

    Raises:
        ValueError: If shapes differ, values are no classes, or resolution or tolerances are not
            above 0.
    """
    if not ground_gsd_m > 0:
        raise ValueError(f'ground_gsd_m is {ground_gsd_m}; needed are ground metres per pixel')
    if list(tolerances_m) != sorted(set(tolerances_m)) or min(tolerances_m, default=0) <= 0:
        raise ValueError(f'tolerances_m is {tolerances_m}; needed are rising metres above 0')
    valid = truth != ignore_index
    predicted_mask, truth_mask = _checked(predicted, truth, valid, num_classes)
    limits_px = np.array(tolerances_m) / ground_gsd_m + _ROUNDING_PX
    if truth_lines is None:
        true_line = CentreLine.of_mask(truth_mask, valid)
    else:
        true_line = CentreLine.of_polylines(_checked_lines(truth_lines, num_classes), valid)
    line = CentreLine.of_mask(predicted_mask, valid)
    truth_px, found_px, _, confusion = _matched(true_line, line, limits_px, num_classes)
    predicted_px, right_px, squared, _ = _matched(line, true_line, limits_px, num_classes)
    paint, true_paint = (
        ((mask != 0) & valid).view(np.uint8) for mask in (predicted_mask, truth_mask)
    )
    predicted_area, right_area = _paint_within(paint, true_paint, limits_px)
    truth_area, found_area = _paint_within(true_paint, paint, limits_px)
    return LineSums(
        tolerances_m=tuple(tolerances_m),
        truth_m=truth_px * ground_gsd_m,
        found_truth_m=found_px * ground_gsd_m,
        predicted_m=predicted_px * ground_gsd_m,
        right_predicted_m=right_px * ground_gsd_m,
        squared_error_m3=squared * ground_gsd_m**3,
        confusion_m=confusion * ground_gsd_m,
        truth_m2=truth_area * ground_gsd_m**2,
        found_truth_m2=found_area * ground_gsd_m**2,
        predicted_m2=predicted_area * ground_gsd_m**2,
        right_predicted_m2=right_area * ground_gsd_m**2,
    )


def _checked(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    valid: NDArray[np.bool_],
    num_classes: int,
) -> tuple[Mask, Mask]:
    """Both masks in 8 bit, the truth with background where it is ignored."""
    if predicted.shape != truth.shape:
        raise ValueError(
            f'the prediction has shape {predicted.shape} and the truth {truth.shape}; they must '
            'be equal: predict at the size of the label'
        )
    truth = np.where(valid, truth, 0)
    for what, mask in (('truth', truth), ('prediction', predicted)):
        low, high = mask.min(initial=0), mask.max(initial=0)
        if low < 0 or high >= num_classes:
            raise ValueError(
                f'the {what} holds values from {low} to {high}; needed are classes 0 to '
                f'{num_classes - 1}'
            )
    return predicted.astype(np.uint8), truth.astype(np.uint8)


def _checked_lines(lines: Iterable[Polyline], num_classes: int) -> list[Polyline]:
    lines = list(lines)
    for _, label in lines:
        if not 0 < label < num_classes:
            raise ValueError(
                f'a true line has class {label}; needed are lane classes 1 to {num_classes - 1}: '
                'leave out others, and ignore them in the mask'
            )
    return lines


def _matched(
    line: CentreLine, other: CentreLine, limits_px: Values, num_classes: int
) -> tuple[Values, Values, Values, Values]:
    """How much of a line has the other line near.

    Returns:
        Length of the line (C,), of its part within each limit (T, C), squared distance times
        length over that part (T, C), and length by own and nearest other class (T, C, C).
    """
    label, length = line.class_index, line.length_px
    distance = _distances(line, other, limits_px[-1], num_classes)  # (C, N), inf at class 0
    own, any_class = distance[label, np.arange(len(label))], distance.min(0)
    pair = label * num_classes + distance.argmin(0)

    def by_class(weight: Values, near: NDArray[np.bool_], near_own: NDArray[np.bool_]) -> Values:
        sums: Values = np.bincount(label[near_own], weight[near_own], num_classes).astype(float)
        sums[0] = weight[near].sum()
        return sums

    shape = len(limits_px), num_classes
    part, squared, confusion = np.zeros(shape), np.zeros(shape), np.zeros((*shape, num_classes))
    for at, limit in enumerate(limits_px):
        near, near_own = any_class <= limit, own <= limit
        part[at] = by_class(length, near, near_own)
        squared[at, 1:] = by_class(length * own**2, near_own, near_own)[1:]
        squared[at, 0] = (length[near] * any_class[near] ** 2).sum()
        confusion[at].flat = np.bincount(pair[near], length[near], num_classes**2)
    everywhere = np.ones(len(label), bool)
    return by_class(length, everywhere, everywhere), part, squared, confusion


def _distances(line: CentreLine, other: CentreLine, limit_px: float, num_classes: int) -> Values:
    """Distance of each point to each class of the other line, shape (C, N); inf beyond a limit."""
    distance = np.full((num_classes, len(line.points_px)), np.inf)
    for label in np.unique(other.class_index):
        mine = other.class_index == label
        if line.is_of_mask and other.is_of_mask:
            pixels, others = line.points_px.astype(np.intp), other.points_px[mine].astype(np.intp)
            distance[label] = pixel_distances(pixels, others, line.size_hw, limit_px)
        else:
            distance[label] = _exact_distances(line, other, mine, limit_px)
    return distance


def _exact_distances(
    line: CentreLine, other: CentreLine, mine: NDArray[np.bool_], limit_px: float
) -> Values:
    """Distance of each point to some of the other line: its pixels, or its pieces of polyline."""
    points = other.points_px[mine]
    # Twice as fast to build; lines have no clusters that a balanced tree would be for.
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    distance, nearest = tree.query(line.points_px, distance_upper_bound=limit_px + 1)
    if other.way is not None:
        near = np.flatnonzero(np.isfinite(distance))
        at = nearest[near]
        way, half = other.way[mine][at], other.length_px[mine][at] / 2
        away = line.points_px[near] - points[at]
        along = np.clip((away * way).sum(1), -half, half)
        distance[near] = np.hypot(*(away - along[:, None] * way).T)
    return np.asarray(np.where(distance <= limit_px, distance, np.inf), np.float64)


def _paint_within(paint: Mask, other: Mask, limits_px: Values) -> tuple[int, Values]:
    """Pixels of paint, and of the part with other paint within each limit, shape (T,)."""
    within = [cv2.countNonZero(paint & _grown(other, limit)) for limit in limits_px]
    return cv2.countNonZero(paint), np.array(within, np.float64)


def _grown(paint: Mask, limit_px: float) -> Mask:
    """Pixels with paint within a distance."""
    if limit_px > _DILATED_PX:
        free = (paint == 0).view(np.uint8)
        to_paint = cv2.distanceTransform(free, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return (np.asarray(to_paint) <= limit_px).view(np.uint8) if paint.any() else paint
    reach = int(limit_px)
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (np.hypot(down, right) <= limit_px).astype(np.uint8)
    return np.asarray(cv2.dilate(paint, disc), np.uint8)
