"""Completeness, correctness and position of lane lines in ground metres."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mmengine.logging import print_log
from numpy.typing import NDArray

from lanedet_mm.evaluation.flat_scores import flat_line_scores
from lanedet_mm.evaluation.lines.line_comparison import TOLERANCES_M, compare_lines
from lanedet_mm.evaluation.lines.line_scores import LineScores, score_lines
from lanedet_mm.evaluation.lines.line_sums import LineSums
from lanedet_mm.evaluation.metrics.sample_metric import SampleMetric
from lanedet_mm.evaluation.score_table import percent
from lanedet_mm.registry import METRICS


@dataclass(frozen=True)
class SampleLines:
    """What one sample leaves behind: its sums and where it is from, if that is known."""

    sums: LineSums
    city: str | None = None


@METRICS.register_module()
class LaneLineMetric(SampleMetric):
    """Scores of thinned lines from sums of lengths over the whole set.

    Keys of the result, each with its tolerance as in `f1_0.50m`, shares in percent:
    `completeness`, `correctness`, `quality`, `f1`, `redundancy` and `rms` (ground metres) of all
    lines whatever their class; `pixel_f1` of the paint; `class_accuracy` of the lines found, and
    `<class>_as_<class>` for truth found under another class. `completeness`, `correctness` and
    `f1` also by class and by city, as in `f1_0.50m_solid` and `f1_0.50m_cairo`, and the `f1` of the
    worst city as `f1_0.50m_worst_city`. `LineScores` has the definitions. What the set does not
    hold is nan.

    Samples need `ground_gsd_m` in their meta: ground metres per pixel of prediction and label.

    Args:
        tolerances_m: Distances within which two lines match, in ground metres, rising.
        ignore_index: True value of the pixels that count for nothing.
        collect_device: Where the ranks' results meet, 'cpu' or 'gpu'.
        prefix: Put before every key with a slash; `save_best` has to name it then.
    """

    def __init__(
        self,
        *,
        tolerances_m: Sequence[float] = TOLERANCES_M,
        ignore_index: int = 255,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(ignore_index=ignore_index, collect_device=collect_device, prefix=prefix)
        self.tolerances_m = tuple(tolerances_m)

    def measure(
        self,
        predicted: NDArray[np.integer[Any]],
        truth: NDArray[np.integer[Any]],
        sample: Mapping[str, Any],
    ) -> SampleLines:
        """The lines of a sample, summed up."""
        sums = compare_lines(
            predicted,
            truth,
            ground_gsd_m=sample.get('ground_gsd_m') or math.nan,
            num_classes=len(self.dataset_meta['classes']),
            tolerances_m=self.tolerances_m,
            ignore_index=self.ignore_index,
        )
        return SampleLines(sums, sample.get('city'))

    def compute_metrics(self, results: list[SampleLines]) -> dict[str, float]:
        """Add up and score.

        Args:
            results: One for each sample of the set.
        """
        if not results:
            raise ValueError('the metric has seen no sample; is the set empty?')
        total = LineSums.add_up(one.sums for one in results)
        cities = {
            city: score_lines(LineSums.add_up(one.sums for one in results if one.city == city))
            for city in sorted({one.city for one in results if one.city is not None})
        }
        print_log(
            f'lines of {len(results)} images: {total.truth_m[0]:.0f} m in truth, '
            f'{total.predicted_m[0]:.0f} m predicted',
            logger='current',
        )
        scores: dict[str, float] = {}
        for at, tolerance_m in enumerate(self.tolerances_m):
            scores |= _flat(
                score_lines(total), cities, self.dataset_meta['classes'], at, f'{tolerance_m:.2f}m'
            )
        return scores


def _flat(
    total: LineScores, cities: dict[str, LineScores], classes: Sequence[str], at: int, name: str
) -> dict[str, float]:
    """Scores of one tolerance by their keys, those of cities among them."""
    scores = flat_line_scores(total, classes, at, name)
    for city, group in cities.items():
        scores |= {
            f'{field}_{name}_{city}': percent(getattr(group, field)[at, 0])
            for field in ('completeness', 'correctness', 'f1')
        }
    scored = [group.f1[at, 0] for group in cities.values() if group.completeness[at, 0] >= 0]
    if scored:
        scores[f'f1_{name}_worst_city'] = percent(min(scored))
    return scores
