"""Centre lines as points that each stand for a piece of length."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.lines.pixel_distance import distances_in
from lanedet_mm.evaluation.lines.thinning import thin

Points = NDArray[np.float64]
Values = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.uint8]
Polyline = tuple[Points, int]

# What a pixel between a straight and a diagonal step is shortened by, after the corner count of
# Vossepoel & Smeulders 1982. They fit steps of 0.980 and 1.406 with 0.091; with steps of 1 and
# sqrt(2), which are exact at 0 and 45 degrees, this one has next to no bias over all angles.
_CORNER_PX = 0.11
_SAMPLE_PX = 1.0  # between the points of a polyline
# Bits 0 to 7, clockwise from the north.
_CODE_WEIGHTS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
_WIDEST_PX = 8  # half of the widest band whose ends are made up for


@dataclass(frozen=True, eq=False)
class CentreLine:
    """The centre lines of a tile.

    Attributes:
        size_hw: Height and width of the tile.
        points_px: Row and column of each point, shape (N, 2): whole numbers, the centres of pixels,
            if the line comes from a mask; fractions if it comes from polylines.
        length_px: Length that each point stands for, shape (N,).
        class_index: Lane class of each point, at least 1, shape (N,).
        way: Unit vector (row, column) of the piece of polyline whose middle each point is, shape
            (N, 2); None if the line comes from a mask.
    """

    size_hw: tuple[int, int]
    points_px: Indices | Points
    length_px: Values
    class_index: Indices
    way: Points | None = None

    @property
    def is_of_mask(self) -> bool:
        """Whether the points are pixels."""
        return bool(np.issubdtype(self.points_px.dtype, np.integer))

    @classmethod
    def of_mask(cls, mask: Mask, valid: NDArray[np.bool_]) -> 'CentreLine':
        """Thin the painted bands of a mask to the middle of their paint.

        All lane classes are thinned together, and each point has the class of its pixel: a band in
        which classes take turns stays one line. A pixel stands for half the steps to its
        neighbours, sqrt(2) px for a diagonal one, less a little at corners, without which a line at
        22.5 degrees would be 8 % too long; an end stands also for the half width that thinning has
        taken off. A bar comes out as long as it was drawn, to 3 % at any angle, but for a pixel
        where its width is even.

        Args:
            mask: Class of each pixel, 0 where there is no paint, shape (H, W).
            valid: Where points count, shape (H, W); those elsewhere are dropped after thinning.
        """
        line = thin((mask != 0).view(np.uint8))
        codes = cv2.filter2D(line, cv2.CV_8U, _CODE_WEIGHTS, borderType=cv2.BORDER_CONSTANT)
        at = np.flatnonzero(line.view(np.bool_))  # several times as fast as of uint8
        at = at[valid.ravel()[at]]
        pixels = np.stack(np.divmod(at, mask.shape[1]), 1)
        code = codes.ravel()[at]
        length, ends = _STEPS_PX[code], _FREE_ENDS[code]
        tips = np.flatnonzero(ends)
        length[tips] += ends[tips] * _half_width_px(mask, pixels[tips])
        return cls(
            (mask.shape[0], mask.shape[1]),
            pixels,
            length,
            mask.ravel()[at].astype(np.intp),
        )

    @classmethod
    def of_polylines(cls, lines: Iterable[Polyline], valid: NDArray[np.bool_]) -> 'CentreLine':
        """Cut polylines, whose lengths are then exact, into pieces of a pixel at most.

        Args:
            lines: Vertices (column, row), shape (N, 2), as annotations have them, and lane class,
                at least 1, of each line. What lies outside the tile is left out.
            valid: Where points count, shape (H, W).
        """
        parts = [(*_sample(vertices), label) for vertices, label in lines]
        points, way = (
            np.concatenate([part[which] for part in parts] or [np.zeros((0, 2))])
            for which in (0, 1)
        )
        length = np.concatenate([part[2] for part in parts] or [np.zeros(0)])
        label = np.repeat([part[3] for part in parts], [len(part[2]) for part in parts])
        pixels = np.rint(points).astype(np.intp)
        kept = ((pixels >= 0) & (pixels < valid.shape)).all(1)
        kept[kept] = valid[tuple(pixels[kept].T)]
        return cls(
            (valid.shape[0], valid.shape[1]),
            points[kept],
            length[kept],
            label[kept].astype(np.intp),
            way[kept],
        )


def _sample(vertices: Points) -> tuple[Points, Points, Values]:
    """Middles and ways (row, column) of short pieces of a polyline, and the pieces' lengths."""
    legs = np.diff(vertices[:, ::-1], axis=0)
    leg_px = np.hypot(*legs.T)
    pieces = np.ceil(leg_px / _SAMPLE_PX).astype(np.intp)
    owner = np.repeat(np.arange(len(legs)), pieces)
    share = (np.arange(len(owner)) - (np.cumsum(pieces) - pieces)[owner] + 0.5) / pieces[owner]
    points = vertices[owner, ::-1] + share[:, None] * legs[owner]
    return points, (legs / np.maximum(leg_px, 1e-9)[:, None])[owner], leg_px[owner] / pieces[owner]


def _half_width_px(mask: Mask, pixels: Indices) -> Values:
    """From pixels of paint to where the paint ends, the nearest way; up to `_WIDEST_PX`."""
    to_free = distances_in(mask == 0, pixels, _WIDEST_PX, outside=True)
    return np.minimum(to_free, _WIDEST_PX) - 0.5


def _neighbour_tables() -> tuple[Values, Values]:
    """Length and free ends of a pixel for each code of its neighbours, shape (256,) each.

    A diagonal neighbour is a step only where no straight one leads to it.
    """
    codes = np.arange(256)
    near = (codes[:, None] >> np.arange(8) & 1).astype(bool)  # clockwise from the north
    straight = near[:, 0::2]
    diagonal = near[:, 1::2] & ~straight & ~np.roll(straight, -1, axis=1)
    straights, diagonals = straight.sum(1), diagonal.sum(1)
    corner = (straights == 1) & (diagonals == 1)
    steps = (straights + np.sqrt(2) * diagonals) / 2 - _CORNER_PX * corner
    return steps, np.maximum(2 - straights - diagonals, 0).astype(np.float64)


_STEPS_PX, _FREE_ENDS = _neighbour_tables()
