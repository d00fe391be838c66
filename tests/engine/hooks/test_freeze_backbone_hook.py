from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lanedet_mm.engine.hooks import FreezeBackboneHook, freeze_backbone_hook


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.vit = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
        self.vit[0].bias.requires_grad_(False)  # as a model may have it
        self.stem = nn.Linear(4, 4)


class Model(BaseModel):
    """Records the state in which each training step finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Encoder()
        self.head = nn.Linear(4, 1)
        self.frozen: list[bool] = []

    def forward(self, inputs: Tensor, mode: str = 'tensor') -> dict[str, Tensor] | list[Any]:
        features = self.backbone.vit(inputs) + self.backbone.stem(inputs)
        if mode == 'predict':
            return [features]
        vit = self.backbone.vit
        states = {not vit[0].weight.requires_grad, not vit[1].training, not vit[2].training}
        assert len(states) == 1
        self.frozen.append(states.pop())
        return {'loss': self.head(features).square().mean()}


class Metric(BaseMetric):
    def process(self, data_batch: Any, data_samples: Any) -> None:  # noqa: ANN401
        self.results.append(0)

    def compute_metrics(self, results: list[int]) -> dict[str, float]:
        return {'score': 0.0}


def loader() -> DataLoader:
    torch.manual_seed(0)
    data = [{'inputs': row} for row in torch.randn(12, 4)]
    return DataLoader(data, batch_size=4)


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Model]:
    def _train(hook: FreezeBackboneHook, *, iters: int, resume: bool = False) -> Model:
        torch.manual_seed(0)
        runner = Runner(
            Model(),
            str(tmp_path),
            experiment_name=f'run{resume}{iters}',
            train_dataloader=loader(),
            val_dataloader=loader(),
            train_cfg={'by_epoch': False, 'max_iters': iters, 'val_interval': 2},
            val_cfg={},
            val_evaluator=[Metric()],
            optim_wrapper={'optimizer': {'type': 'AdamW', 'lr': 0.1, 'weight_decay': 0.5}},
            custom_hooks=[hook],
            default_hooks={
                'checkpoint': {'type': 'CheckpointHook', 'interval': 1, 'by_epoch': False}
            },
            resume=resume,
        )
        return runner.train()

    return _train


def test_it_is_frozen_first_and_trains_afterwards(train: Callable[..., Model]) -> None:
    model = train(FreezeBackboneHook(iters=5), iters=8)
    assert model.frozen == [True] * 5 + [False] * 3  # with a validation after each second one


def test_frozen_means_neither_step_nor_decay_nor_statistics(train: Callable[..., Model]) -> None:
    torch.manual_seed(0)
    before = Model().state_dict()
    after = train(FreezeBackboneHook(iters=6), iters=6).state_dict()
    for key, value in before.items():
        if key.startswith('backbone.vit'):
            assert torch.equal(after[key], value), key
    for key in ('backbone.stem.weight', 'head.weight'):
        assert not torch.equal(after[key], before[key]), key


def test_thawed_weights_move_and_what_never_trained_stays(train: Callable[..., Model]) -> None:
    torch.manual_seed(0)
    before = Model().state_dict()
    model = train(FreezeBackboneHook(iters=2), iters=4)
    after = model.state_dict()
    assert not torch.equal(after['backbone.vit.0.weight'], before['backbone.vit.0.weight'])
    assert after['backbone.vit.1.num_batches_tracked'] == 2
    assert torch.equal(after['backbone.vit.0.bias'], before['backbone.vit.0.bias'])


@pytest.mark.parametrize(('stop', 'want'), [(2, [True, True, False]), (4, [False])])
def test_a_resumed_run_is_in_the_right_state(
    train: Callable[..., Model], stop: int, want: list[bool]
) -> None:
    train(FreezeBackboneHook(iters=4), iters=stop)
    assert train(FreezeBackboneHook(iters=4), iters=5, resume=True).frozen == want


def test_an_epoch_is_a_pass_over_the_data(train: Callable[..., Model]) -> None:
    assert train(FreezeBackboneHook(epochs=2), iters=8).frozen == [True] * 6 + [False] * 2


def test_several_processes_pass_over_the_data_together(
    train: Callable[..., Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze_backbone_hook, 'get_world_size', lambda: 2)
    assert train(FreezeBackboneHook(epochs=3), iters=8).frozen == [True] * 5 + [False] * 3


def test_frozen_to_the_end_is_said(train: Callable[..., Model], tmp_path: Path) -> None:
    train(FreezeBackboneHook(epochs=3), iters=8)
    (log,) = tmp_path.rglob('*.log')
    assert 'stays frozen to the end of the training, iteration 8' in log.read_text()


def test_ten_epochs_unless_told_otherwise() -> None:
    assert (FreezeBackboneHook().epochs, FreezeBackboneHook(iters=3).iters) == (10, 3)


def test_bad_options_are_named(train: Callable[..., Model]) -> None:
    with pytest.raises(ValueError, match='give one of them'):
        FreezeBackboneHook(epochs=1, iters=1)
    with pytest.raises(ValueError, match='needed is 0 or more'):
        FreezeBackboneHook(iters=-1)
    with pytest.raises(
        ValueError, match=r"no module 'backbone\.cnn' to freeze; it has .*'backbone\.vit'"
    ):
        train(FreezeBackboneHook(iters=1, module='backbone.cnn'), iters=1)
