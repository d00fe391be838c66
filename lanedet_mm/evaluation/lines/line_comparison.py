"""A predicted mask against the truth, line by line, in ground metres."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lanedet_mm.evaluation.lines.centre_line import CentreLine, Indices, Mask, Polyline
from lanedet_mm.evaluation.lines.line_sums import LineSums, Values
from lanedet_mm.evaluation.lines.packed_mask import Words, grow, pack
from lanedet_mm.evaluation.lines.pixel_distance import may_be_near, pixel_distances

TOLERANCES_M = (0.15, 0.30, 0.50, 1.00)
_ROUNDING_PX = 1e-6  # 0.30 m at 0.10 m is below 3 px


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
    paint, true_paint = (pack((mask != 0) & valid) for mask in (predicted_mask, truth_mask))
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
    truth = truth if valid.all() else np.where(valid, truth, 0)
    for what, mask in (('truth', truth), ('prediction', predicted)):
        # Seen without a sign, what is below 0 is large: one pass in place of two.
        if mask.view(f'u{mask.itemsize}').max(initial=0) >= num_classes:
            raise ValueError(
                f'the {what} holds values from {mask.min()} to {mask.max()}; needed are classes 0 '
                f'to {num_classes - 1}'
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

    def within(kinds: int, kind: Indices | int, away: Values, weight: Values) -> Values:
        """Weight of each kind that is within each limit, shape (T, kinds)."""
        near = np.isfinite(away)
        first = np.searchsorted(limits_px, away[near])  # limit that it is within first
        cell = first * kinds + np.broadcast_to(kind, label.shape)[near]
        sums = np.bincount(cell, weight[near], len(limits_px) * kinds)
        return np.asarray(sums.reshape(-1, kinds).cumsum(0), np.float64)

    def both(weight: Values, exponent: int) -> Values:
        """Any class in column 0, then its own, shape (T, C)."""
        whole = within(1, 0, any_class, weight * any_class**exponent)
        return np.hstack([whole, within(num_classes, label, own, weight * own**exponent)[:, 1:]])

    length_of = np.bincount(label, length, num_classes).astype(float)
    length_of[0] = length.sum()
    pair = label * num_classes + distance.argmin(0)
    confusion = within(num_classes**2, pair, any_class, length)
    shape = len(limits_px), num_classes, num_classes
    return length_of, both(length, 0), both(length, 2), confusion.reshape(shape)


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
    pixels, others = (np.rint(places).astype(np.intp) for places in (line.points_px, points))
    asked = np.flatnonzero(may_be_near(pixels, others, line.size_hw, limit_px + 2))
    found = np.full(len(pixels), np.inf)
    # Twice as fast to build; lines have no clusters that a balanced tree would be for.
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    distance, nearest = tree.query(line.points_px[asked], distance_upper_bound=limit_px + 1)
    if other.way is not None:
        near = np.flatnonzero(np.isfinite(distance))
        at = nearest[near]
        way, half = other.way[mine][at], other.length_px[mine][at] / 2
        away = line.points_px[asked[near]] - points[at]
        along = np.clip((away * way).sum(1), -half, half)
        distance[near] = np.hypot(*(away - along[:, None] * way).T)
    found[asked] = np.where(distance <= limit_px, distance, np.inf)
    return found


def _paint_within(paint: Words, other: Words, limits_px: Values) -> tuple[int, Values]:
    """Pixels of paint, and of the part with other paint within each limit, shape (T,)."""
    within = [paint & grown for grown in grow(other, limits_px.tolist())]
    area, *parts = (int(np.bitwise_count(words).sum()) for words in (paint, *within))
    return area, np.array(parts, np.float64)
