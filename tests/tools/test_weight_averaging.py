"""mmengine's EMAHook in a config of ours: what is judged, saved and deployed is the average."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from lanedet_mm.engine.launch import load_config
from lanedet_mm.inference.torch_model import TorchModel

Weights = dict[str, Tensor]
ReadCheckpoint = Callable[[Path], dict[str, Any]]
MOMENTUM = 0.25
AVERAGED = """
_base_ = '{base}'
custom_hooks = [
    *_base_.custom_hooks,
    dict(type='EMAHook', momentum={momentum}, update_buffers={buffers}),
]
train_cfg = dict(max_iters=4, val_interval=2)
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=-1))
"""


class Recorder(Hook):
    """Weights that training had after each step, and those that were judged."""

    def __init__(self) -> None:
        self.trained: list[Weights] = []
        self.judged: list[Weights] = []

    def after_train_iter(self, runner: Runner, *_: object, **__: object) -> None:
        self.trained.append(weights_of(runner))

    def before_val_iter(self, runner: Runner, *_: object, **__: object) -> None:
        self.judged.append(weights_of(runner))


def weights_of(runner: Runner) -> Weights:
    return {name: one.clone() for name, one in runner.model.state_dict().items()}


def average(steps: list[Weights], *, buffers: bool) -> Weights:
    """By hand: the first one, then a quarter of each new one; counters stay the first's."""
    result = dict(steps[0])
    for step in steps[1:]:
        for name, new in step.items():
            is_buffer = 'running_' in name or 'num_batches' in name
            if is_buffer and not buffers:
                result[name] = new
            elif new.is_floating_point():
                result[name] = (1 - MOMENTUM) * result[name] + MOMENTUM * new
    return result


def close(first: Weights, second: Weights) -> bool:
    assert first.keys() == second.keys()
    return all(torch.allclose(one, second[name], atol=1e-6) for name, one in first.items())


@pytest.fixture(scope='module', params=[True, False])
def averaged(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tiny_config: Path,
    tiny_data: Path,
) -> tuple[bool, Recorder, Path]:
    """Whether statistics of batch norm are averaged, what was recorded, and the work folder."""
    folder = tmp_path_factory.mktemp('averaged')
    path = folder / 'averaged.py'
    path.write_text(AVERAGED.format(base=tiny_config, momentum=MOMENTUM, buffers=request.param))
    config = load_config(path, work_dir=str(folder), data_root=str(tiny_data), split='.', seed=0)
    config.experiment_name = folder.name
    runner, recorder = Runner.from_cfg(config), Recorder()
    runner.register_hook(recorder, priority='LOWEST')
    runner.train()
    return request.param, recorder, folder


def test_the_average_is_judged_and_training_goes_on_with_its_own(
    averaged: tuple[bool, Recorder, Path],
) -> None:
    buffers, recorder, _ = averaged
    assert any('running_var' in name for name in recorder.judged[0])
    half = len(recorder.judged) // 2
    for judged, steps in ((recorder.judged[:half], 2), (recorder.judged[half:], 4)):
        expected = average(recorder.trained[:steps], buffers=buffers)
        assert all(close(one, expected) for one in judged)
        assert not close(judged[0], recorder.trained[steps - 1])


def test_checkpoints_hold_the_average_and_the_weights_to_resume_from(
    averaged: tuple[bool, Recorder, Path], read_checkpoint: ReadCheckpoint
) -> None:
    buffers, recorder, folder = averaged
    for steps in range(1, 5):
        state = read_checkpoint(folder / f'iter_{steps}.pth')
        assert close(state['state_dict'], average(recorder.trained[:steps], buffers=buffers))
        resumed = {
            name.removeprefix('module.'): one
            for name, one in state['ema_state_dict'].items()
            if name != 'steps'
        }
        assert close(resumed, recorder.trained[steps - 1])
    (best,) = folder.glob('best_lane_iou_iter_*.pth')
    steps = int(best.stem.split('_')[-1])
    expected = average(recorder.trained[:steps], buffers=buffers)
    assert close(read_checkpoint(best)['state_dict'], expected)


def test_a_model_is_opened_with_the_average(averaged: tuple[bool, Recorder, Path]) -> None:
    buffers, recorder, folder = averaged
    model = TorchModel(folder / 'averaged.py', folder / 'iter_4.pth').model
    assert close(dict(model.state_dict()), average(recorder.trained, buffers=buffers))
