"""Sums of the ground around the lines of each scenario."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.lines.centre_line import Polyline
from lanedet_mm.evaluation.records.sum_tile import sum_tile
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces

REACH_M = 2.0  # around a piece; beyond the widest tolerance, within the next line's half


def scenario_sums(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    *,
    pieces: LinePieces,
    tags: Mapping[str, Flags],
    ground_gsd_m: float,
    num_classes: int,
    truth_lines: Sequence[Polyline] | None,
    ignore_index: int = 255,
) -> dict[str, TileSums]:
    """Sum up the pixels that are nearest to a scenario's pieces and within `REACH_M` of them.

    All else is ignored, so that false paint far from every line is in no scenario, `all` included.

    Args:
        predicted: Class indices, shape (H, W).
        truth: Class indices or `ignore_index`, the same shape.
        pieces: The true lines.
        tags: Which pieces are in each scenario.
        ground_gsd_m: Ground metres per pixel.
        num_classes: Number of classes with the background.
        truth_lines: As in `compare_lines`.
        ignore_index: True value of the pixels that count for nothing.

    Returns:
        By scenario; without those that no piece is in.
    """
    nearest = pieces.territory(REACH_M)
    sums = {}
    for name, tagged in tags.items():
        if tagged.any():
            inside = np.append(tagged, False)[nearest]  # -1 is the last one
            sums[name] = sum_tile(
                predicted,
                np.where(inside, truth, ignore_index),
                ground_gsd_m=ground_gsd_m,
                num_classes=num_classes,
                truth_lines=truth_lines,
                ignore_index=ignore_index,
            )
    return sums
