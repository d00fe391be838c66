import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import MessageHub
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from lanedet_mm.engine.hooks import EarlyStoppedDistillationHook
from lanedet_mm.registry import MODELS

SIZE = 16


def network(width: int) -> dict[str, Any]:
    return {
        'type': 'EncoderDecoder',
        'backbone': {'type': 'UNetEncoder', 'widths': (width, 8), 'dropout': 0},
        'decode_head': {
            'type': 'PremiumUNetHead', 'in_channels': (width, 8), 'channels': (width,),
            'num_classes': 3, 'dropout': 0, 'loss_decode': {'type': 'PremiumLoss'},
        },
        'train_cfg': {}, 'test_cfg': {'mode': 'whole'},
    }  # fmt: skip


@pytest.fixture
def distiller(tmp_path: Path) -> nn.Module:
    init_default_scope('lanedet_mm')
    checkpoint = tmp_path / 'teacher.pth'
    torch.save({'state_dict': MODELS.build(ConfigDict(network(6))).state_dict()}, checkpoint)
    config = {
        'type': 'SegmentorDistiller', 'student': network(4), 'teacher': network(6),
        'teacher_checkpoint': str(checkpoint), 'alpha': 0.7,
        'logit_losses': [{'type': 'ChannelWiseDistillationLoss'}],
    }  # fmt: skip
    model = MODELS.build(ConfigDict(config))
    model.init_weights()
    return model.train()


def losses(model: nn.Module) -> dict[str, Tensor]:
    """Of a fixed image with a line of each class, in a state that the call does not change."""
    label = torch.zeros(1, SIZE, SIZE, dtype=torch.long)
    label[..., 4], label[..., 11] = 1, 2
    sample = SegDataSample(gt_sem_seg=PixelData(data=label), metainfo={'img_shape': (SIZE, SIZE)})
    inputs = torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    kept = copy.deepcopy(model.state_dict())
    values: dict[str, Tensor] = model(inputs, [sample, sample], mode='loss')
    model.load_state_dict(kept)
    return {name: value for name, value in values.items() if 'loss' in name}


def at_iter(
    hook: EarlyStoppedDistillationHook,
    model: nn.Module,
    iteration: int,
    hub: MessageHub | None = None,
) -> None:
    """What a runner does before a step, in a run that was resumed there."""
    runner = SimpleNamespace(model=model, iter=iteration, message_hub=hub or MessageHub('test'))
    hook.before_train(runner)
    hook.before_train_iter(runner, batch_idx=0)


def test_the_teacher_is_heard_until_the_stop_and_the_labels_alone_after_it(
    distiller: nn.Module,
) -> None:
    hook = EarlyStoppedDistillationHook(iters=3)
    whole = losses(distiller)
    assert {'loss_kd', 'loss_cwd'} < set(whole)
    at_iter(hook, distiller, 2)
    assert losses(distiller) == whole
    at_iter(hook, distiller, 3)
    alone = losses(distiller)
    assert set(alone) == set(whole) - {'loss_kd', 'loss_cwd'}
    for name, value in alone.items():  # no share of it is the teacher's any more
        torch.testing.assert_close(whole[name], value * (1 - distiller.alpha))


def test_after_the_stop_no_teacher_is_computed(distiller: nn.Module) -> None:
    asked: list[str] = []
    distiller.teacher.module.register_forward_pre_hook(lambda *_: asked.append('whole'))
    distiller.teacher.module.backbone.register_forward_pre_hook(lambda *_: asked.append('encoder'))
    losses(distiller)
    assert asked == ['encoder']
    at_iter(EarlyStoppedDistillationHook(iters=0), distiller, 0)
    losses(distiller)
    assert asked == ['encoder']


def test_a_run_that_is_resumed_before_the_stop_hears_the_teacher(distiller: nn.Module) -> None:
    hook = EarlyStoppedDistillationHook(iters=3)
    at_iter(hook, distiller, 5)
    at_iter(hook, distiller, 1)
    assert 'loss_cwd' in losses(distiller)


def test_the_log_does_not_repeat_what_the_teacher_said_last(distiller: nn.Module) -> None:
    hub = MessageHub('log')
    names = ['decode.loss_premium', 'loss_kd', 'loss_cwd', 'kd_agreement', 'loss']
    for name in names:
        hub.update_scalar(f'train/{name}', 1.0)
    hook = EarlyStoppedDistillationHook(iters=3)
    at_iter(hook, distiller, 2, hub)
    assert list(hub.log_scalars) == [f'train/{name}' for name in names]
    at_iter(hook, distiller, 3, hub)
    assert list(hub.log_scalars) == ['train/decode.loss_premium', 'train/loss']


def test_a_model_without_a_teacher_is_refused() -> None:
    runner = SimpleNamespace(model=nn.Linear(1, 1), iter=0)
    with pytest.raises(ValueError, match='is a Linear; needed is a SegmentorDistiller'):
        EarlyStoppedDistillationHook(iters=1).before_train(runner)


def test_iterations_are_no_negative_number() -> None:
    with pytest.raises(ValueError, match='iters is -1; needed is 0 or more'):
        EarlyStoppedDistillationHook(iters=-1)
