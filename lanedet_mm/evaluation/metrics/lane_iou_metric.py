"""Lane IoU, the metric that every model here is compared by."""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.logging import print_log
from numpy.typing import NDArray

from lanedet_mm.evaluation.confusion import ConfusionScores, confusion_matrix, score_confusion
from lanedet_mm.evaluation.group_scores import SampleConfusion, gsd_bin, score_groups
from lanedet_mm.evaluation.metrics.sample_metric import SampleMetric
from lanedet_mm.evaluation.score_table import percent, score_table, worst_group
from lanedet_mm.registry import METRICS


@METRICS.register_module()
class LaneIoUMetric(SampleMetric):
    """IoU from one confusion matrix over the whole set, led by the lane classes.

    The first number, `lane_iou`, is the mean over the classes without the background, which
    here is 97 to 99 % of the pixels and hides everything else. A class that the truth does not
    hold is left out of every mean, never counted as 1 or 0. A city and a ground resolution are
    scored by themselves where the samples' meta names them (`city`, `ground_gsd_m`).

    Keys of the result, in percent: `lane_iou`, `mIoU`, `aAcc`, `iou_<class>`,
    `lane_iou_<city>`, `lane_iou_worst_city`, `lane_iou_gsd_<low>-<high>` (metres per pixel). A
    group without a lane in its truth has nan.

    Args:
        gsd_edges_m: Edges between the bins of ground resolution in metres per pixel, rising.
        ignore_index: True value of the pixels that count for nothing.
        collect_device: Where the ranks' results meet, 'cpu' or 'gpu'.
        prefix: Put before every key with a slash; `save_best` has to name it then.
    """

    def __init__(
        self,
        *,
        gsd_edges_m: Sequence[float] = (0.1, 0.15, 0.2, 0.3),
        ignore_index: int = 255,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(ignore_index=ignore_index, collect_device=collect_device, prefix=prefix)
        if list(gsd_edges_m) != sorted(set(gsd_edges_m)) or min(gsd_edges_m, default=1) <= 0:
            raise ValueError(f'gsd_edges_m is {gsd_edges_m}; needed are rising metres above 0')
        self.gsd_edges_m = tuple(gsd_edges_m)

    def measure(
        self,
        predicted: NDArray[np.integer[Any]],
        truth: NDArray[np.integer[Any]],
        sample: Mapping[str, Any],
    ) -> SampleConfusion:
        """The pixels of a sample, counted."""
        classes = len(self.dataset_meta['classes'])
        matrix = confusion_matrix(predicted, truth, classes, ignore_index=self.ignore_index)
        return SampleConfusion(matrix, sample.get('city'), sample.get('ground_gsd_m'))

    def compute_metrics(self, results: list[SampleConfusion]) -> dict[str, float]:
        """Print the table and return its numbers.

        Args:
            results: One for each sample of the set.
        """
        classes = self.dataset_meta['classes']
        if not results:
            raise ValueError('the metric has seen no sample; is the set empty?')
        total = score_confusion(np.sum([one.matrix for one in results], axis=0))
        cities = score_groups((one.city, one.matrix) for one in results)
        bins = score_groups(
            (gsd_bin(one.ground_gsd_m, self.gsd_edges_m), one.matrix) for one in results
        )
        table = score_table(total, classes, cities=cities, gsd_bins=bins)
        print_log(f'scores over {len(results)} images\n{table}', logger='current')
        if math.isnan(total.lane_iou):
            print_log(
                'the truth holds no lane at all, so there is no lane IoU and no best checkpoint; '
                'check the taxonomy, or validate on tiles with lanes',
                logger='current',
                level=logging.WARNING,
            )
        return _flat(total, classes, cities, bins)


def _flat(
    total: ConfusionScores,
    classes: Sequence[str],
    cities: dict[str, ConfusionScores],
    bins: dict[str, ConfusionScores],
) -> dict[str, float]:
    scores = {'lane_iou': total.lane_iou, 'mIoU': total.mean_iou, 'aAcc': total.accuracy}
    scores |= {f'iou_{name}': iou for name, iou in zip(classes, total.iou, strict=True)}
    scores |= {f'lane_iou_{city}': group.lane_iou for city, group in cities.items()}
    worst = worst_group(cities)
    if worst is not None:
        scores['lane_iou_worst_city'] = cities[worst].lane_iou
    scores |= {f'lane_iou_gsd_{name}': group.lane_iou for name, group in bins.items()}
    return {key: percent(score) for key, score in scores.items()}
