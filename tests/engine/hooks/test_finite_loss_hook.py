from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement
from torch import Tensor
from torch.utils.data import DataLoader

from lanedet_mm.engine.hooks import FiniteLossHook

EPOCH = 4  # iterations


class Model(BaseModel):
    """A loss of 4 in each iteration but those that are spoilt."""

    def __init__(self, spoilt: dict[int, str]) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([2.0]))
        self.spoilt = spoilt
        self.count = 0

    def forward(self, inputs: list[Tensor], data_samples: Any, mode: str) -> dict[str, Tensor]:  # noqa: ANN401
        self.count += 1
        match self.spoilt.get(self.count):
            case 'loss':
                return {'loss': (self.weight * float('nan')).sum(), 'acc': self.weight.detach()}
            case 'infinite':
                return {'loss': (self.weight / 0).sum()}
            case 'gradient':  # 0 times infinity
                return {'loss': (self.weight * 0).sqrt().sum()}
            case 'accuracy':
                return {'loss': 2 * self.weight.sum(), 'acc': self.weight.detach() * float('nan')}
        return {'loss': 2 * self.weight.sum()}


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Model]:
    def _train(
        hook: FiniteLossHook, spoilt: dict[int, str], *, save_each_step: bool = False
    ) -> Model:
        data = [
            {'inputs': torch.zeros(1), 'data_samples': BaseDataElement(img_path=f'tile{index}.jpg')}
            for index in range(EPOCH)
        ]
        runner = Runner(
            Model(spoilt),
            str(tmp_path),
            experiment_name=tmp_path.name,
            train_dataloader=DataLoader(data, batch_size=1, collate_fn=pseudo_collate),
            train_cfg={'by_epoch': True, 'max_epochs': 2},
            optim_wrapper={'optimizer': {'type': 'SGD', 'lr': 0.0}},
            custom_hooks=[hook],
            default_hooks={
                'checkpoint': {
                    'type': 'CheckpointHook', 'interval': 1, 'by_epoch': not save_each_step
                }
            },
        )  # fmt: skip
        return runner.train()

    return _train


def saved(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob('*.pth'))


def test_a_finite_training_runs_through(train: Callable[..., Model], tmp_path: Path) -> None:
    assert train(FiniteLossHook(interval=1), {}).count == 2 * EPOCH
    assert saved(tmp_path) == ['epoch_1.pth', 'epoch_2.pth']


@pytest.mark.parametrize('kind', ['loss', 'infinite'])
def test_a_loss_that_is_not_finite_stops_with_all_that_helps(
    train: Callable[..., Model], tmp_path: Path, kind: str
) -> None:
    with pytest.raises(RuntimeError) as error:
        train(FiniteLossHook(interval=1), {6: kind})
    said = str(error.value)
    assert 'not finite in iteration 6 (epoch 2)' in said
    assert 'finite was 4, the learning rate is 0. Nothing' in said
    assert "['tile1.jpg']" in said
    assert 'optim_wrapper.type=OptimWrapper' in said
    assert saved(tmp_path) == ['epoch_1.pth']


def test_between_two_looks_it_stays_spoilt_and_is_found_before_the_epoch_is_saved(
    train: Callable[..., Model], tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match=r'not finite in iteration 4 \(epoch 1\)'):
        train(FiniteLossHook(interval=100), {2: 'loss'})
    assert saved(tmp_path) == []


def test_the_interval_counts_iterations_of_all_epochs(train: Callable[..., Model]) -> None:
    with pytest.raises(RuntimeError, match=r'iteration 6 \(epoch 2\)'):
        train(FiniteLossHook(interval=3), {6: 'loss'})


def test_weights_that_a_finite_loss_has_spoilt_are_not_saved(
    train: Callable[..., Model], tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match=r"1 of 1 weights are not finite .* 4, \['weight'\]"):
        train(FiniteLossHook(interval=1), {EPOCH: 'gradient'})
    assert saved(tmp_path) == []


def test_nothing_spoilt_is_saved_between_two_looks(
    train: Callable[..., Model], tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match='weights are not finite after iteration 3'):
        train(FiniteLossHook(interval=100), {3: 'loss'}, save_each_step=True)
    assert saved(tmp_path) == ['iter_1.pth', 'iter_2.pth']


@pytest.mark.parametrize(('save_each_step', 'found'), [(False, EPOCH), (True, 3)])
def test_a_process_that_saves_nothing_stops_where_the_first_one_does(
    train: Callable[..., Model],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    save_each_step: bool,
    found: int,
) -> None:
    monkeypatch.setattr('mmengine.dist.utils.is_main_process', lambda: False)
    with pytest.raises(RuntimeError, match=f'weights are not finite after iteration {found}'):
        train(FiniteLossHook(interval=100), {found: 'gradient'}, save_each_step=save_each_step)
    assert saved(tmp_path) == []


def test_spoilt_weights_are_found_before_a_validation_that_could_find_them_the_best() -> None:
    runner = SimpleNamespace(iter=7, model=Model({}))
    FiniteLossHook().before_val_epoch(runner)
    runner.model.weight.data.fill_(float('inf'))
    with pytest.raises(RuntimeError, match='1 of 1 weights are not finite after iteration 7'):
        FiniteLossHook().before_val_epoch(runner)
    runner.iter = 0  # no training
    FiniteLossHook().before_val_epoch(runner)


def test_what_is_no_loss_may_be_anything(train: Callable[..., Model]) -> None:
    assert train(FiniteLossHook(interval=1), {2: 'accuracy'}).count == 2 * EPOCH


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match='interval is 0; needed is 1 or more'):
        FiniteLossHook(interval=0)
