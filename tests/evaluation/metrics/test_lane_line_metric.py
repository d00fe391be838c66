import math
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

import lanedet_mm
from lanedet_mm.evaluation.metrics.lane_line_metric import LaneLineMetric
from lanedet_mm.registry import METRICS

CLASSES = ('background', 'solid', 'dashed')


def sample(
    predicted: dict[int, slice], truth: dict[int, slice], label: int = 1, **meta: object
) -> SegDataSample:
    """A tile of 40 x 60 px with lines along rows; predictions are solid, truth is `label`."""
    one = SegDataSample(metainfo={'img_path': 'tile.jpg', 'ground_gsd_m': 0.1, **meta})
    for field, lines, value in (('pred_sem_seg', predicted, 1), ('gt_sem_seg', truth, label)):
        mask = np.zeros((40, 60), np.int64)
        for row, columns in lines.items():
            mask[row, columns] = value
        setattr(one, field, PixelData(data=torch.from_numpy(mask)[None]))
    return one


WHOLE, HALF = slice(5, 55), slice(5, 30)
SAMPLES = (
    sample({12: WHOLE}, {10: WHOLE}, city='cairo'),
    sample({}, {10: HALF}, city='nevada'),
    sample({20: HALF, 30: HALF}, {20: HALF}, label=2, city='nevada'),
)


def evaluate(*samples: SegDataSample, **options: object) -> dict[str, float]:
    evaluator = Evaluator(LaneLineMetric(**options))
    evaluator.dataset_meta = {'classes': CLASSES}
    for one in samples:  # batches of one
        evaluator.process([one])
    result: dict[str, float] = evaluator.evaluate(len(samples))
    return result


def test_numbers_of_a_set_by_hand() -> None:
    scores = evaluate(*SAMPLES, tolerances_m=(0.3,))
    # Truth 5 + 2.5 + 2.5 m, found 5 + 2.5 m; predicted 5 + 2.5 + 2.5 m, right 5 + 2.5 m.
    assert scores == pytest.approx(
        {
            'completeness_0.30m': 75.0,
            'correctness_0.30m': 75.0,
            'f1_0.30m': 75.0,
            'quality_0.30m': 60.0,
            'redundancy_0.30m': 0.0,
            'rms_0.30m': 0.163,  # the root of 5 * 0.2^2 / 7.5
            'pixel_f1_0.30m': 75.0,
            'class_accuracy_0.30m': 66.67,
            'completeness_0.30m_solid': 66.67,  # 5 of 7.5 m
            'correctness_0.30m_solid': 50.0,  # 5 of 10 m
            'f1_0.30m_solid': 57.14,
            'completeness_0.30m_dashed': 0.0,
            'correctness_0.30m_dashed': math.nan,
            'f1_0.30m_dashed': 0.0,
            'solid_as_dashed_0.30m': 0.0,
            'dashed_as_solid_0.30m': 100.0,
            'completeness_0.30m_cairo': 100.0,
            'correctness_0.30m_cairo': 100.0,
            'f1_0.30m_cairo': 100.0,
            'completeness_0.30m_nevada': 50.0,
            'correctness_0.30m_nevada': 50.0,
            'f1_0.30m_nevada': 50.0,
            'f1_0.30m_worst_city': 50.0,
        },
        nan_ok=True,
    )


def test_tolerances_and_resolution_are_in_metres() -> None:
    scores = evaluate(SAMPLES[0])
    assert [scores[f'completeness_{t}m'] for t in ('0.15', '0.30', '0.50', '1.00')] == [
        0,
        *[100] * 3,
    ]
    fine = sample({14: WHOLE}, {10: WHOLE}, ground_gsd_m=0.05)
    assert evaluate(fine)['rms_0.30m'] == scores['rms_0.30m'] == 0.2
    assert 'f1_0.30m_worst_city' not in evaluate(fine)


def test_a_set_without_lines_is_nan_throughout() -> None:
    assert all(math.isnan(value) for value in evaluate(sample({}, {})).values())


def test_mistakes_name_the_sample() -> None:
    with pytest.raises(ValueError, match=r'tile\.jpg: ground_gsd_m is nan; needed'):
        evaluate(sample({}, {}, ground_gsd_m=None))
    with pytest.raises(ValueError, match=r'tile\.jpg: the truth holds values from 0 to 7'):
        evaluate(sample({}, {3: WHOLE}, label=7))
    with pytest.raises(ValueError, match='no sample'):
        evaluate()


def test_built_from_a_config_under_our_name() -> None:
    metric = METRICS.build({'type': 'LaneLineMetric', 'tolerances_m': (0.5,), 'prefix': 'lines'})
    metric.dataset_meta = {'classes': CLASSES}
    metric.process(None, [SAMPLES[0].to_dict()])
    assert metric.evaluate(1)['lines/f1_0.50m'] == 100.0


def one_of_two_ranks(rank: int, folder: str) -> None:
    """Three samples on two ranks: the sampler hands the first one out again to fill up."""
    torch.distributed.init_process_group(
        'gloo',
        init_method=f'file://{folder}/store',
        rank=rank,
        world_size=2,
        timeout=timedelta(seconds=120),
    )
    evaluator = Evaluator(LaneLineMetric())
    evaluator.dataset_meta = {'classes': CLASSES}
    for index in [[0, 2], [1, 0]][rank]:
        evaluator.process([SAMPLES[index]])
    try:
        scores = evaluator.evaluate(3)
    finally:
        torch.distributed.destroy_process_group()
    Path(folder, f'rank{rank}').write_text(repr(scores['completeness_0.30m']))


def test_two_processes_agree_and_count_the_padded_sample_once(tmp_path: Path) -> None:
    command = [sys.executable, __file__]
    environment = {**os.environ, 'PYTHONPATH': str(Path(lanedet_mm.__file__).parents[1])}
    other = subprocess.Popen([*command, '1', str(tmp_path)], env=environment)
    try:
        one_of_two_ranks(0, str(tmp_path))
        assert other.wait(timeout=60) == 0
    finally:
        other.kill()
    # 7.5 of 10 m; 12.5 of 15 m if the first sample counted twice.
    assert (tmp_path / 'rank0').read_text() == '75.0'
    assert (tmp_path / 'rank1').read_text() == '75.0'


if __name__ == '__main__':
    one_of_two_ranks(int(sys.argv[1]), sys.argv[2])
