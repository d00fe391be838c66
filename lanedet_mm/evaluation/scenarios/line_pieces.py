"""True lines of a tile, cut into pieces of a few metres."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Values = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

PIECE_M = 4.0
STATION_M = 0.5  # between the places along a piece where something is measured


@dataclass(frozen=True, eq=False)
class LinePieces:
    """Pieces of about `PIECE_M` along the lines of a tile, as far as they lie in it.

    S stations lie on P pieces of the lines.

    Attributes:
        lines_m: Each line, the ground outside the tile included: (row, column) in ground metres
            from the centre of the first pixel, shape (N, 2).
        is_dashed: Whether each line is dashed.
        gsd_m: Ground metres per pixel.
        size_hw: Height and width of the tile in pixels.
        station_m: Where the stations are: (row, column) as in `lines_m`, shape (S, 2).
        way: Unit vector along the line at each station, shape (S, 2).
        piece: Piece of each station, shape (S,); stations of a piece stand together, in order.
        line: Line of each piece, shape (P,).
        along_m: Where the middle of each piece is along its line, shape (P,).
    """

    lines_m: tuple[Points, ...]
    is_dashed: tuple[bool, ...]
    gsd_m: float
    size_hw: tuple[int, int]
    station_m: Points
    way: Points
    piece: Indices
    line: Indices
    along_m: Values

    @classmethod
    def cut(
        cls,
        vertices_px: Sequence[Points],
        is_dashed: Sequence[bool],
        *,
        gsd_m: float,
        size_hw: tuple[int, int],
    ) -> 'LinePieces':
        """Cut lines into pieces of one length each, as near to `PIECE_M` as goes in evenly.

        Args:
            vertices_px: (column, row) in pixels of each line, as annotations have them.
            is_dashed: Whether each line is dashed.
            gsd_m: Ground metres per pixel.
            size_hw: Height and width of the tile in pixels; what lies outside is left out.
        """
        lines = tuple(np.asarray(line, np.float64)[:, ::-1] * gsd_m for line in vertices_px)
        parts = [_Stations.of(line) for line in lines]
        limit = (np.array(size_hw) - 0.5) * gsd_m
        first = np.cumsum([0, *(len(part.along_m) for part in parts)])
        station = np.concatenate([np.zeros((0, 2)), *(part.station_m for part in parts)])
        way = np.concatenate([np.zeros((0, 2)), *(part.way for part in parts)])
        number = np.concatenate(
            [
                np.zeros(0, np.intp),
                *(part.piece + at for part, at in zip(parts, first, strict=False)),
            ]
        )
        line = np.repeat(np.arange(len(parts)), np.diff(first))
        along = np.concatenate([np.zeros(0), *(part.along_m for part in parts)])
        inside = ((station >= -0.5 * gsd_m) & (station < limit)).all(1)
        kept, piece = np.unique(number[inside], return_inverse=True)
        return cls(
            lines_m=lines,
            is_dashed=tuple(is_dashed),
            gsd_m=gsd_m,
            size_hw=size_hw,
            station_m=station[inside],
            way=way[inside],
            piece=piece,
            line=line[kept],
            along_m=along[kept],
        )

    def __len__(self) -> int:
        return len(self.line)

    def mean(self, values: NDArray[np.floating]) -> Values:
        """Mean over each piece's stations of one value a station, shape (P,)."""
        total: Values = np.bincount(self.piece, values, len(self)).astype(np.float64)
        return total / np.bincount(self.piece, minlength=len(self))

    def quantile(self, values: NDArray[np.floating], share: float) -> Values:
        """Quantile over each piece's stations of one or several values a station, shape (P,)."""
        cuts = np.flatnonzero(np.diff(self.piece)) + 1
        parts = np.split(values, cuts) if len(self) else []
        return np.array([np.quantile(part, share) for part in parts], np.float64)

    def territory(self, reach_m: float) -> NDArray[np.int32]:
        """Piece that each pixel is nearest to, -1 where none is within the reach, shape (H, W)."""
        drawn = np.zeros(self.size_hw, np.int32)
        half = self.way * STATION_M / 2
        ends = np.stack([self.station_m - half, self.station_m + half], 1)[..., ::-1] / self.gsd_m
        for (first, second), number in zip(
            np.rint(ends).astype(int).tolist(), self.piece.tolist(), strict=True
        ):
            cv2.line(drawn, first, second, number + 1)
        free = (drawn == 0).astype(np.uint8)
        if free.all():
            return drawn - 1
        away, label = cv2.distanceTransformWithLabels(
            free, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        owner = np.zeros(int(label.max()) + 1, np.int32)
        owner[label[free == 0]] = drawn[free == 0]
        near = np.asarray(away) * self.gsd_m <= reach_m
        return np.asarray(np.where(near, owner[label], 0) - 1, np.int32)


def points_along(line_m: Points, along_m: Values) -> Points:
    """Points at lengths along a polyline, its ends beyond them, shape (M, 2)."""
    legs = np.hypot(*np.diff(line_m, axis=0).T)
    at = np.concatenate([[0], np.cumsum(legs)])
    return np.stack([np.interp(along_m, at, axis) for axis in line_m.T], 1)


def line_length(line_m: Points) -> float:
    """Length of a polyline."""
    return float(np.hypot(*np.diff(line_m, axis=0).T).sum())


@dataclass(frozen=True, eq=False)
class _Stations:
    """Stations and pieces of one line, the ground outside the tile included."""

    station_m: Points
    way: Points
    piece: Indices
    along_m: Values

    @classmethod
    def of(cls, line_m: Points) -> '_Stations':
        length = line_length(line_m)
        pieces = max(1, round(length / PIECE_M))
        count = max(1, round(length / STATION_M))
        along = (np.arange(count) + 0.5) * length / count
        step = min(STATION_M, length) / 2
        way = points_along(line_m, along + step) - points_along(line_m, along - step)
        way /= np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        piece = np.minimum((along * pieces / max(length, 1e-9)).astype(np.intp), pieces - 1)
        middle = (np.arange(pieces) + 0.5) * length / pieces
        return cls(points_along(line_m, along), way, piece, middle)
