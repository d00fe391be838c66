"""Where the road is: distances and directions on a grid around the tile."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.photo.guide_line import GuideLine
from lanedet_mm.synthesis.photo.polyline import Points

Field = NDArray[np.float32]

MARGIN_M = 24.0
_FINEST_CELL_M = 0.25
_SHIFT = 4
_FAR_M = 200.0
_LANE_M = 3.0  # the ground beside a line that its lane takes


@dataclass(frozen=True)
class RoadField:
    """Fields over the tile and a margin, on square cells.

    Attributes:
        gsd_m: Ground metres per pixel of the tile.
        size_hw: Height and width of the tile in pixels.
        cell_m: Side of a cell.
        edge_m: Distance to the edge of the pavement, negative on it.
        line_m: Distance to the nearest guide line.
        heading: Direction of the nearest guide line in radians.
        guide: Index of the nearest guide line.
        guides: The lines, painted and not.
    """

    gsd_m: float
    size_hw: tuple[int, int]
    cell_m: float
    edge_m: Field
    line_m: Field
    heading: Field
    guide: NDArray[np.int32]
    guides: list[GuideLine]

    def cells(self, points_px: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of the cells of tile pixels, kept on the grid."""
        grid = np.rint((points_px * self.gsd_m + MARGIN_M) / self.cell_m).astype(np.intp)
        height, width = self.edge_m.shape
        rows = np.minimum(np.maximum(grid[..., 1], 0), height - 1)
        return rows, np.minimum(np.maximum(grid[..., 0], 0), width - 1)

    def pixels(self, rows: NDArray[Any], cols: NDArray[Any]) -> Points:
        """Tile pixels (column, row) of cells."""
        grid = np.stack([cols, rows], axis=-1).astype(np.float64)
        return (grid * self.cell_m - MARGIN_M) / self.gsd_m

    def over_tile(self, field: NDArray[Any], *, smooth: bool = True) -> NDArray[Any]:
        """A field at every pixel of the tile."""
        scale, origin = self.gsd_m / self.cell_m, MARGIN_M / self.cell_m
        matrix = np.array([[scale, 0, origin], [0, scale, origin]])
        flags = (cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(field, matrix, self.size_hw[::-1], flags=flags)


def road_field(
    guides: list[GuideLine],
    *,
    gsd_m: float,
    size_hw: tuple[int, int],
    widest_gap_m: float,
) -> RoadField:
    """Fields of the roads along guide lines.

    Args:
        guides: Lines along roads.
        gsd_m: Ground metres per pixel.
        size_hw: Height and width of the tile in pixels.
        widest_gap_m: Gaps of up to this between pavements are pavement too.
    """
    cell_m = max(gsd_m, _FINEST_CELL_M)
    height, width = (int(np.ceil((n * gsd_m + 2 * MARGIN_M) / cell_m)) for n in size_hw)
    bare = np.ones((height, width), np.uint8)
    unclaimed = np.ones_like(bare)
    owner = np.zeros((height, width), np.int32)
    headings, owners = [0.0], [0]
    for index, guide in enumerate(guides):
        grid = np.round((guide.points + MARGIN_M) / cell_m * (1 << _SHIFT)).astype(np.int32)
        low, high = np.maximum(grid.min(axis=0) >> _SHIFT, 0), (grid.max(axis=0) >> _SHIFT) + 2
        window = slice(low[1], max(high[1], low[1])), slice(low[0], max(high[0], low[0]))
        room = owner[window]
        # What nobody painted gives way to what is painted.
        canvas = room if guide.lane else np.zeros_like(room)
        for start, end in pairwise(grid):
            if room.size:
                first, second = start - (low << _SHIFT), end - (low << _SHIFT)
                cv2.line(canvas, first, second, len(headings), 1, cv2.LINE_8, _SHIFT)
            headings.append(float(np.arctan2(end[1] - start[1], end[0] - start[0])))
            owners.append(index)
        if guide.lane is None:
            np.copyto(room, canvas, where=(canvas > 0) & (unclaimed[window] == 1))
        claim = max(guide.half_width_m, _LANE_M)
        cv2.polylines(unclaimed, [grid], False, 0, round(2 * claim / cell_m), cv2.LINE_8, _SHIFT)
        thick = max(round(2 * guide.half_width_m / cell_m), 1)
        cv2.polylines(bare, [grid], False, 0, thick, cv2.LINE_8, _SHIFT)
    line_m, segment = _nearest(owner, cell_m)
    return RoadField(
        gsd_m=gsd_m,
        size_hw=size_hw,
        cell_m=cell_m,
        edge_m=_edge_distance(bare, cell_m, widest_gap_m),
        line_m=line_m,
        heading=np.array(headings, np.float32)[segment],
        guide=np.array(owners, np.int32)[segment],
        guides=guides,
    )


def _nearest(owner: NDArray[np.int32], cell_m: float) -> tuple[Field, NDArray[np.int32]]:
    """Distance to the nearest drawn segment, and its number."""
    free = (owner == 0).astype(np.uint8)
    if free.all():
        return np.full(owner.shape, _FAR_M, np.float32), owner
    distance, label = cv2.distanceTransformWithLabels(
        free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    drawn = free == 0
    segment_of = np.zeros(int(label.max()) + 1, np.int32)
    segment_of[label[drawn]] = owner[drawn]
    return np.asarray(distance * cell_m, np.float32), segment_of[label]


def _edge_distance(bare: NDArray[np.uint8], cell_m: float, widest_gap_m: float) -> Field:
    if bare.all():
        return np.full(bare.shape, _FAR_M, np.float32)
    reach = np.float32(widest_gap_m / 2 / cell_m)
    grown = (_distance(bare) <= reach).astype(np.uint8)
    closed = (_distance(grown) > reach).astype(np.uint8)
    closed |= bare == 0
    edge = _distance(1 - closed) - _distance(closed)
    # The mask has stairs of a cell; a street has none.
    return np.asarray(cv2.GaussianBlur(edge * np.float32(cell_m), (0, 0), 1.3), np.float32)


def _distance(mask: NDArray[np.uint8]) -> Field:
    if mask.all():
        return np.full(mask.shape, _FAR_M, np.float32)
    return np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)
