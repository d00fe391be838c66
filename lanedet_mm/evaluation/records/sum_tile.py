"""A prediction against the truth of its tile, as sums."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.confusion import confusion_matrix
from lanedet_mm.evaluation.lines.centre_line import Polyline
from lanedet_mm.evaluation.lines.line_comparison import compare_lines
from lanedet_mm.evaluation.records.tile_sums import TileSums


def sum_tile(
    predicted: NDArray[np.integer],
    truth: NDArray[np.integer],
    *,
    ground_gsd_m: float,
    num_classes: int,
    truth_lines: Sequence[Polyline] | None = None,
    ignore_index: int = 255,
) -> TileSums:
    """Count pixels and compare lines; the arguments are those of `compare_lines`."""
    return TileSums(
        confusion_matrix(predicted, truth, num_classes, ignore_index=ignore_index),
        compare_lines(
            predicted,
            truth,
            ground_gsd_m=ground_gsd_m,
            num_classes=num_classes,
            ignore_index=ignore_index,
            truth_lines=truth_lines,
        ),
    )
