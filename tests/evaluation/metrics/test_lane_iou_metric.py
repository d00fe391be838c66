import math
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

import lanedet_mm
from lanedet_mm.evaluation.metrics import lane_iou_metric
from lanedet_mm.evaluation.metrics.lane_iou_metric import LaneIoUMetric
from lanedet_mm.registry import METRICS

CLASSES = ('background', 'solid', 'dashed')


def sample(predicted: list[int], truth: list[int], **meta: object) -> SegDataSample:
    """A sample of one row."""
    one = SegDataSample(metainfo={'img_path': 'tile.jpg', **meta})
    one.pred_sem_seg = PixelData(data=torch.tensor(predicted).view(1, 1, -1))
    one.gt_sem_seg = PixelData(data=torch.tensor(truth, dtype=torch.uint8).view(1, 1, -1))
    return one


def evaluate(*samples: SegDataSample, **options: object) -> dict[str, float]:
    evaluator = Evaluator(LaneIoUMetric(**options))
    evaluator.dataset_meta = {'classes': CLASSES}
    for one in samples:  # batches of one
        evaluator.process([one])
    result: dict[str, float] = evaluator.evaluate(len(samples))
    return result


def test_numbers_of_a_set_by_hand() -> None:
    scores = evaluate(
        sample([1, 1, 0, 0], [1, 0, 0, 255], city='cairo', ground_gsd_m=0.12),
        sample([1, 2, 2, 0], [1, 2, 2, 2], city='nevada', ground_gsd_m=0.12),
        sample([0, 0, 2, 0], [0, 1, 2, 2], city='nevada', ground_gsd_m=0.4),
    )
    assert scores == {
        'lane_iou': 55.0,  # (2/4 + 3/5) / 2
        'mIoU': 47.78,  # (2/6 + 2/4 + 3/5) / 3
        'aAcc': 63.64,  # 7/11
        'iou_background': 33.33,
        'iou_solid': 50.0,
        'iou_dashed': 60.0,
        'lane_iou_cairo': 50.0,  # solid 1/2, dashed not in its truth
        'lane_iou_nevada': 55.0,  # (1/2 + 3/5) / 2
        'lane_iou_worst_city': 50.0,
        'lane_iou_gsd_0.10-0.15': 66.67,  # (2/3 + 2/3) / 2
        'lane_iou_gsd_0.30-inf': 25.0,  # (0 + 1/2) / 2
    }


def test_without_meta_there_are_no_groups() -> None:
    scores = evaluate(sample([0, 1], [0, 1]))
    assert set(scores) == {'lane_iou', 'mIoU', 'aAcc', *(f'iou_{name}' for name in CLASSES)}
    assert scores['lane_iou'] == scores['mIoU'] == 100
    assert math.isnan(scores['iou_dashed'])


def test_no_lane_in_the_truth_is_nan_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(lane_iou_metric, 'print_log', lambda text, **_: said.append(text))
    scores = evaluate(sample([0, 1], [0, 0], city='cairo'))
    assert math.isnan(scores['lane_iou'])
    assert 'lane_iou_worst_city' not in scores
    assert scores['mIoU'] == 50.0
    assert 'holds no lane at all' in said[-1]


def test_label_outside_the_classes_names_the_sample() -> None:
    with pytest.raises(ValueError, match=r'tile\.jpg: the truth holds the value 7'):
        evaluate(sample([0, 1], [0, 7]))


def test_an_empty_set_is_an_error() -> None:
    with pytest.raises(ValueError, match='no sample'):
        evaluate()


@pytest.mark.parametrize('edges', [(0.2, 0.1), (0.1, 0.1), (0.0, 0.1)])
def test_edges_must_rise_above_0(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match='rising metres above 0'):
        LaneIoUMetric(gsd_edges_m=edges)


def test_built_from_a_config_under_our_name() -> None:
    metric = METRICS.build({'type': 'LaneIoUMetric', 'gsd_edges_m': (0.2,), 'prefix': 'val'})
    metric.dataset_meta = {'classes': CLASSES}
    metric.process(None, [sample([0, 1], [0, 1], ground_gsd_m=0.1).to_dict()])
    assert metric.evaluate(1)['val/lane_iou_gsd_0-0.20'] == 100.0


def one_of_two_ranks(rank: int, folder: str) -> None:
    """Three samples on two ranks: the sampler hands the first one out again to fill up."""
    torch.distributed.init_process_group(
        'gloo',
        init_method=f'file://{folder}/store',
        rank=rank,
        world_size=2,
        timeout=timedelta(seconds=120),
    )
    all_samples = [
        sample([1, 0], [1, 1], city='cairo'),
        sample([1, 1], [1, 1], city='nevada'),
        sample([1, 1], [1, 1], city='cairo'),
    ]
    mine = [[0, 2], [1, 0]][rank]
    evaluator = Evaluator(LaneIoUMetric())
    evaluator.dataset_meta = {'classes': CLASSES}
    for index in mine:
        evaluator.process([all_samples[index]])
    try:
        scores = evaluator.evaluate(3)
    finally:
        torch.distributed.destroy_process_group()
    Path(folder, f'rank{rank}').write_text(repr(scores['lane_iou']))


def test_two_processes_agree_and_count_the_padded_sample_once(tmp_path: Path) -> None:
    command = [sys.executable, __file__]
    environment = {**os.environ, 'PYTHONPATH': str(Path(lanedet_mm.__file__).parents[1])}
    other = subprocess.Popen([*command, '1', str(tmp_path)], env=environment)
    try:
        one_of_two_ranks(0, str(tmp_path))
        assert other.wait(timeout=60) == 0
    finally:
        other.kill()
    # 5 of 6 lane pixels; 6 of 8 if the first sample counted twice.
    assert (tmp_path / 'rank0').read_text() == '83.33'
    assert (tmp_path / 'rank1').read_text() == '83.33'


if __name__ == '__main__':
    one_of_two_ranks(int(sys.argv[1]), sys.argv[2])
