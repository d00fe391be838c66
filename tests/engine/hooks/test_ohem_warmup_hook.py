from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lanedet_mm.engine.hooks import OHEMWarmupHook
from lanedet_mm.models.losses import PremiumLoss


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('lanedet_mm')


class Model(BaseModel):
    """Records the share that each training step finds in both of its losses."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.losses = nn.ModuleList([PremiumLoss(), PremiumLoss()])
        self.shares: list[float] = []

    def forward(self, inputs: Tensor, mode: str = 'tensor') -> dict[str, Tensor]:
        shares = {loss.ohem_warmup.item() for loss in self.losses}
        assert len(shares) == 1
        self.shares.append(shares.pop())
        return {'loss': self.weight.sum()}


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Model]:
    def _train(*, iters: int, resume: bool = False) -> Model:
        runner = Runner(
            Model(),
            str(tmp_path),
            experiment_name=f'{tmp_path.name}{resume}{iters}',
            train_dataloader=DataLoader([{'inputs': torch.zeros(1)}] * 8),
            train_cfg={'by_epoch': False, 'max_iters': iters},
            optim_wrapper={'optimizer': {'type': 'SGD', 'lr': 0.1}},
            custom_hooks=[OHEMWarmupHook(iters=4)],
            default_hooks={
                'checkpoint': {'type': 'CheckpointHook', 'interval': 1, 'by_epoch': False}
            },
            resume=resume,
            default_scope='lanedet_mm',
        )
        return runner.train()

    return _train


def test_the_weight_rises_in_a_line_from_nothing(train: Callable[..., Model]) -> None:
    assert train(iters=6).shares == [0, 0.25, 0.5, 0.75, 1, 1]


@pytest.mark.parametrize(('stop', 'want'), [(2, [0.5, 0.75, 1]), (4, [1])])
def test_a_resumed_run_goes_on_where_it_was(
    train: Callable[..., Model], stop: int, want: list[float]
) -> None:
    train(iters=stop)
    assert train(iters=5, resume=True).shares == want


def test_five_hundred_iterations_unless_told_otherwise() -> None:
    loss, hook = PremiumLoss(), OHEMWarmupHook()
    runner = SimpleNamespace(model=loss, iter=0)
    hook.before_train(runner)
    buffer, shares = loss.ohem_warmup, []
    for runner.iter in (0, 250, 499, 500):
        hook.before_train_iter(runner, 0)
        shares.append(buffer.item())  # changed in place, not replaced
    assert shares == pytest.approx([0, 0.5, 0.998, 1])
    assert loss.ohem_warmup is buffer


def test_at_the_end_of_the_rise_it_lets_go() -> None:
    loss, hook = PremiumLoss(), OHEMWarmupHook(iters=10)
    runner = SimpleNamespace(model=loss, iter=10)
    hook.before_train(runner)
    hook.before_train_iter(runner, 0)
    assert loss.ohem_warmup.item() == 1
    loss.ohem_warmup.fill_(0.3)
    hook.before_train_iter(runner, 0)
    assert loss.ohem_warmup.item() == pytest.approx(0.3)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match='iters is 0; needed is 1 or more'):
        OHEMWarmupHook(iters=0)
    runner = SimpleNamespace(model=PremiumLoss(ohem_weight=0), iter=0)
    with pytest.raises(ValueError, match=r"OHEMWarmupHook needs a PremiumLoss with .*'ohem'"):
        OHEMWarmupHook().before_train(runner)
