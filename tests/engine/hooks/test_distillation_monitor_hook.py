import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lanedet_mm.engine.hooks import DistillationMonitorHook, SpeedComparisonHook
from lanedet_mm.engine.hooks.distillation_monitor_hook import LogitPair
from lanedet_mm.registry import MODELS

CLASSES = ('background', 'solid', 'dashed')
SIZE = 16


def network(width: int) -> dict[str, Any]:
    return {
        'type': 'EncoderDecoder',
        'data_preprocessor': {
            'type': 'SegDataPreProcessor', 'mean': [100.0] * 3, 'std': [50.0] * 3,
            'bgr_to_rgb': True, 'size': (SIZE, SIZE), 'seg_pad_val': 255,
        },
        'backbone': {'type': 'UNetEncoder', 'widths': (width, 2 * width), 'convs_per_stage': 1},
        'decode_head': {
            'type': 'PremiumUNetHead', 'in_channels': (width, 2 * width), 'channels': (width,),
            'num_classes': 3, 'loss_decode': {'type': 'PremiumLoss'},
        },
        'train_cfg': {}, 'test_cfg': {'mode': 'whole'},
    }  # fmt: skip


class Data(Dataset):
    """Noise with a line of each class; every other tile is unlabeled, if wanted."""

    def __init__(
        self, classes: tuple[str, ...] = CLASSES, *, unlabeled: bool = False, count: int = 8
    ) -> None:
        self.count = count
        self.metainfo = {'classes': classes, 'palette': [[0, 0, 0]] * 3}
        self.unlabeled = unlabeled

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict[str, Any]:
        generator = torch.Generator().manual_seed(index)
        image = torch.randint(0, 256, (3, SIZE, SIZE), generator=generator).byte()
        label = torch.zeros(1, SIZE, SIZE, dtype=torch.long)
        label[..., 4], label[..., 11] = 1, 2
        meta: dict[str, Any] = {'img_shape': (SIZE, SIZE), 'ori_shape': (SIZE, SIZE)}
        if self.unlabeled and index % 2:
            label.fill_(255)
            meta['is_labelled'] = False
        sample = SegDataSample(gt_sem_seg=PixelData(data=label), metainfo=meta)
        return {'inputs': image, 'data_samples': sample}


def drawn(config: dict[str, Any], seed: int) -> nn.Module:
    init_default_scope('lanedet_mm')
    torch.manual_seed(seed)
    model = MODELS.build(ConfigDict(config))
    for weight in model.parameters():
        nn.init.normal_(weight, std=0.5)
    return model


Train = Callable[..., SimpleNamespace]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    """Train a distiller for four steps, with a validation after the second and the fourth."""

    def _train(
        *,
        width: int = 6,
        classes: tuple[str, ...] = CLASSES,
        unlabeled: bool = False,
        hooks: list[Any] | None = None,
        work_dir: str = 'run',
        resume_from: str | None = None,
        max_iters: int = 4,
        **options: Any,  # noqa: ANN401
    ) -> SimpleNamespace:
        teacher = drawn(network(width), 1)
        checkpoint = tmp_path / 'teacher.pth'
        meta = {'dataset_meta': {'classes': CLASSES}}
        torch.save({'state_dict': teacher.state_dict(), 'meta': meta}, checkpoint)
        model = {
            'type': 'SegmentorDistiller', 'student': network(4), 'teacher': network(width),
            'teacher_checkpoint': str(checkpoint), **options,
        }  # fmt: skip
        folder = tmp_path / work_dir
        hook = DistillationMonitorHook(interval=2)
        runner = Runner(
            model,
            str(folder),
            experiment_name=f'{tmp_path.name}_{uuid4()}',
            train_dataloader=DataLoader(
                Data(classes, unlabeled=unlabeled, count=24),
                batch_size=4,
                collate_fn=pseudo_collate,
            ),
            val_dataloader=DataLoader(Data(classes), batch_size=1, collate_fn=pseudo_collate),
            val_evaluator={'type': 'LaneIoUMetric'},
            val_cfg={'type': 'ValLoop'},
            train_cfg={'by_epoch': False, 'max_iters': max_iters, 'val_interval': 2},
            optim_wrapper={'optimizer': {'type': 'AdamW', 'lr': 1e-3}},
            custom_hooks=hooks if hooks is not None else [hook],
            default_hooks={
                'logger': {'type': 'LoggerHook', 'interval': 1, 'log_metric_by_epoch': False},
                'checkpoint': {'type': 'CheckpointHook', 'by_epoch': False, 'interval': 2},
            },
            log_processor={'by_epoch': False},
            resume=resume_from is not None,
            load_from=None if resume_from is None else str(tmp_path / resume_from),
            default_scope='lanedet_mm',
        )
        runner.train()
        lines = Path(runner.log_dir, 'vis_data/scalars.json').read_text().splitlines()
        return SimpleNamespace(
            runner=runner,
            scalars={
                name: buffer.data[0].tolist()
                for name, buffer in runner.message_hub.log_scalars.items()
            },
            lines=[json.loads(line) for line in lines],
            log=next(Path(runner.log_dir).glob('*.log')).read_text(),
            teacher=teacher,
        )

    return _train


def lane_iou(model: nn.Module) -> float:
    """Lane IoU of a network over the validation side, by counting, in percent."""
    same, either = torch.zeros(3), torch.zeros(3)
    for one in (Data()[index] for index in range(8)):
        batch = pseudo_collate([one])
        with torch.no_grad():
            said = model.eval().val_step(batch)[0].pred_sem_seg.data
        truth = one['data_samples'].gt_sem_seg.data
        for index in range(3):
            same[index] += ((said == index) & (truth == index)).sum()
            either[index] += ((said == index) | (truth == index)).sum()
    return 100 * (same / either)[1:].mean().item()


def test_retention_is_the_share_of_the_teacher_s_lane_iou(train: Train) -> None:
    run = train()
    assert run.log.count('scoring the teacher') == 1
    teacher = lane_iou(run.teacher)
    assert teacher > 1
    known = run.runner.message_hub.get_info('kd_teacher')
    assert known['score'] == pytest.approx(teacher, abs=0.01)
    retention, student = run.scalars['val/retention'], run.scalars['val/lane_iou']
    assert retention == pytest.approx([value / known['score'] for value in student])
    validated = [line for line in run.lines if 'lane_iou' in line]
    assert [line['retention'] for line in validated] == pytest.approx(retention)
    # The student's own scores are not the teacher's, which the same evaluator gave in between.
    assert student[-1] == pytest.approx(lane_iou(run.runner.model), abs=0.01)


def test_a_resumed_training_knows_the_teacher_s_score(train: Train) -> None:
    first = train(max_iters=4)
    # In a folder of its own: two runs of one second would share a log.
    resumed = train(max_iters=6, work_dir='again', resume_from='run/iter_4.pth')
    assert 'scoring the teacher' not in resumed.log
    known = [run.runner.message_hub.get_info('kd_teacher') for run in (first, resumed)]
    assert known[0] == known[1]
    assert len(resumed.scalars['val/retention']) == 3 - 1  # the last was after its checkpoint


def test_due_iterations_are_written_and_logged(train: Train) -> None:
    run = train(unlabeled=True)
    for name in ('agreement', 'correlation', 'agreement_lane', 'correlation_lane'):
        assert len(run.scalars[f'train/kd_{name}']) == 2
        logged = [line for line in run.lines if f'kd_{name}' in line]
        assert logged[0]['step'] == 2
        assert -1 <= logged[0][f'kd_{name}'] <= 1
    assert run.runner.model.listener is None
    assert len(run.scalars['train/kd_gradient_ratio']) == 2
    assert min(run.scalars['train/kd_gradient_ratio']) > 0


def pair(student: list[list[float]], teacher: list[list[float]], **given: Any) -> LogitPair:  # noqa: ANN401
    """Of pixels in a row: logits a pixel, valid and label a pixel."""
    ours, theirs = (torch.tensor(one).t()[None, :, None] for one in (student, teacher))
    row = {name: torch.tensor(value)[None, None] for name, value in given.items()}
    return LogitPair(ours, theirs, row['valid'], row['label'])


def test_measures_by_hand() -> None:
    # The last pixel is ignored, the one before unlabeled: a lane, says the teacher.
    one = pair(
        [[3.0, 1.0], [2.0, 0.0], [0.0, 2.0], [9.0, -9.0]],
        [[2.0, 0.0], [0.0, 2.0], [1.0, 3.0], [-9.0, 9.0]],
        valid=[True, True, True, False],
        label=[0, 1, 255, 255],
    )
    # Less their means: student 1, 1, -1 (and the negative), teacher 1, -1, -1; covariance 1 / 3.
    assert one.measures() == pytest.approx(
        {
            'agreement': 2 / 3,
            'correlation': 1 / 3,
            'agreement_lane': 1 / 2,
            'correlation_lane': 0.0,
        }
    )


def test_against_plain_numpy() -> None:
    import numpy as np

    generator = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, 2, 3, 9, 11, generator=generator)
    label = torch.randint(0, 3, (2, 9, 11), generator=generator)
    valid = torch.rand(2, 9, 11, generator=generator) < 0.7
    got = LogitPair(student, teacher, valid, label).measures()
    for name, region in (('', valid), ('_lane', valid & (label > 0))):
        ours, theirs = (one.permute(0, 2, 3, 1)[region].numpy() for one in (student, teacher))
        same = (ours.argmax(1) == theirs.argmax(1)).mean()
        ours, theirs = (one - one.mean(1, keepdims=True) for one in (ours, theirs))
        assert got[f'agreement{name}'] == pytest.approx(same)
        correlation = np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]
        assert got[f'correlation{name}'] == pytest.approx(correlation, abs=1e-6)


def test_a_student_that_is_its_teacher_agrees_everywhere() -> None:
    logits = torch.randn(1, 3, 8, 8)
    label = torch.zeros(1, 8, 8, dtype=torch.long)
    label[:, :, 2] = 1
    one = LogitPair(logits, logits, torch.ones(1, 8, 8, dtype=torch.bool), label)
    assert list(one.measures().values()) == pytest.approx([1.0] * 4)


def test_nothing_is_written_of_nothing() -> None:
    logits = torch.randn(1, 3, 4, 4)
    label = torch.zeros(1, 4, 4, dtype=torch.long)
    valid = torch.ones(1, 4, 4, dtype=torch.bool)
    assert set(LogitPair(logits, logits, valid, label).measures()) == {'agreement', 'correlation'}
    assert LogitPair(logits, logits, ~valid, label).measures() == {}
    flat = torch.zeros(1, 3, 4, 4)
    assert set(LogitPair(flat, logits, valid, label).measures()) == {'agreement'}


def test_between_due_iterations_nothing_is_heard(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Tensor, ...]] = []
    keep = DistillationMonitorHook._keep
    monkeypatch.setattr(
        DistillationMonitorHook, '_keep', lambda self, *a: (calls.append(a), keep(self, *a))[0]
    )
    train()
    assert len(calls) == 2


def test_without_a_teacher_there_is_nothing_to_watch(train: Train) -> None:
    run = train(alpha=0, hooks=[DistillationMonitorHook(interval=1), SpeedComparisonHook()])
    assert 'alpha is 0: nothing of a teacher to watch' in run.log
    assert 'no teacher to compare the speed with' in run.log
    assert not any('kd_' in name or 'retention' in name for name in run.scalars)


def test_other_classes_and_models_stop(train: Train) -> None:
    wrong = ('background', 'dashed', 'solid')
    with pytest.raises(ValueError, match=r"classes \('background', 'solid', 'dashed'\), the train"):
        train(classes=wrong)
    with pytest.raises(ValueError, match='the model is a Linear; needed is a SegmentorDistiller'):
        DistillationMonitorHook().before_train(SimpleNamespace(model=nn.Linear(1, 1)))
    with pytest.raises(ValueError, match='interval is 0; needed is 1 or more'):
        DistillationMonitorHook(interval=0)


def test_a_score_that_is_not_there_is_named(train: Train) -> None:
    with pytest.raises(ValueError, match=r"'lane_iou', .*needed is 'F1': set score of"):
        train(hooks=[DistillationMonitorHook(score='F1')])


def test_a_teacher_without_a_score_has_no_retention(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DistillationMonitorHook, '_teacher_score', lambda *_: math.nan)
    run = train()
    assert 'val/retention' not in run.scalars
    assert "no retention: the teacher's lane_iou is nan" in run.log
