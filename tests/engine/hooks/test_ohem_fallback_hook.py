from collections.abc import Callable, Sequence
from math import inf, nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.logging import MessageHub
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lanedet_mm.engine.hooks import GradientNormHook, OHEMFallbackHook
from lanedet_mm.models.losses import PremiumLoss

CLIP = {'max_norm': 1.0}
USUAL = [1.0, 3.0, 2.0]  # median 2


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('lanedet_mm')


class Model(BaseModel):
    """Its gradient is the batch; records the factor that each training step finds."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.loss = PremiumLoss(ohem_weight=0.4)
        self.factors: list[float] = []

    def forward(self, inputs: Tensor, mode: str = 'tensor') -> dict[str, Tensor]:
        self.factors.append(self.loss.ohem_fallback.item())
        return {'loss': (self.weight * inputs).sum()}


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., SimpleNamespace]:
    def _train(
        norms: Sequence[float],
        *,
        resume: bool = False,
        clip: dict[str, Any] | None = CLIP,
        others: Sequence[Hook] = (),
        counts: int = 1,
        **options: Any,  # noqa: ANN401
    ) -> SimpleNamespace:
        hook = OHEMFallbackHook(**{'needed': 3, 'patience': 2, **options})
        runner = Runner(
            Model(),
            str(tmp_path),
            experiment_name=f'{tmp_path.name}_{uuid4()}',
            train_dataloader=DataLoader([{'inputs': torch.tensor([norm])} for norm in norms]),
            train_cfg={'by_epoch': False, 'max_iters': len(norms)},
            optim_wrapper={
                'optimizer': {'type': 'SGD', 'lr': 0.0},
                'clip_grad': clip and dict(clip),
                'accumulative_counts': counts,
            },
            custom_hooks=[hook, *others],
            default_hooks={
                'checkpoint': {'type': 'CheckpointHook', 'interval': 1, 'by_epoch': False}
            },
            resume=resume,
            default_scope='lanedet_mm',
        )
        model = runner.train()
        text = (Path(runner.log_dir) / f'{runner.timestamp}.log').read_text()
        return SimpleNamespace(
            factors=[*model.factors, model.loss.ohem_fallback.item()],
            warnings=[line for line in text.splitlines() if 'exploded' in line],
            weights=runner.message_hub.get_scalar('train/ohem_weight').data[0].tolist(),
        )

    return _train


Train = Callable[..., SimpleNamespace]


def test_norms_that_explode_in_a_row_lower_the_weight(train: Train) -> None:
    run = train([*USUAL, 21.0, 2000.0, 2.0])
    assert run.factors == [1, 1, 1, 1, 1, 0.5, 0.5]
    assert run.weights == pytest.approx([0.4] * 4 + [0.2] * 2)
    (warning,) = run.warnings
    assert 'WARNING' in warning
    assert (
        'exploded 2 times in a row, last in iteration 5: norm 2000, median of the last 3 normal '
        'ones 2; the weight of OHEM goes from 0.4 to 0.2' in warning
    )


@pytest.mark.parametrize(
    'norms',
    [
        [*USUAL, 21.0, 2.0, 21.0, 2.0, 21.0],  # never in a row
        [*USUAL, 20.0, 20.0, 20.0],  # ten times the median is still normal
        [1.0, 3.0, 2000.0],  # too few to know what is normal
        [inf, nan, inf, *USUAL],  # a gradient scaler that looks for its scale
    ],
)
def test_what_is_no_explosion_lowers_nothing(train: Train, norms: list[float]) -> None:
    run = train(norms)
    assert run.factors == [1] * (len(norms) + 1)
    assert run.warnings == []


@pytest.mark.parametrize('norm', [inf, nan])
def test_a_norm_that_is_not_finite_has_exploded(train: Train, norm: float) -> None:
    assert train([*USUAL, norm, 21.0]).factors[-2:] == [1, 0.5]


def test_it_counts_anew_each_time_and_the_exploded_do_not_become_normal(train: Train) -> None:
    run = train([*USUAL, *[30.0] * 5, 2.0, 21.0, 21.0])
    assert run.factors == [1] * 5 + [0.5] * 2 + [0.25] * 4 + [0.125]
    assert len(run.warnings) == 3
    assert 'last 4 normal ones 2;' in run.warnings[-1]


def test_the_median_is_of_the_last_normal_ones(train: Train) -> None:
    norms = [1.0, 1.0, 1.0, 8.0, 8.0, 8.0, 60.0, 60.0]
    assert train(norms, window=3).factors[-1] == 1  # 60 is 7.5 times 8
    assert train(norms, window=6).factors[-1] == 0.5  # but 13 times 4.5


@pytest.mark.parametrize(('least', 'want'), [(0.0, [0.2, 0.04, 0.008]), (0.1, [0.2, 0.1, 0.1])])
def test_the_factor_falls_to_the_least(train: Train, least: float, want: list[float]) -> None:
    run = train([*USUAL, 30.0, 30.0, 30.0], patience=1, lower_to=0.2, least=least)
    assert run.factors[-3:] == pytest.approx(want)


def test_a_resumed_run_has_the_factor_and_learns_anew_what_is_normal(train: Train) -> None:
    norms = [*USUAL, 30.0, 30.0]
    assert train(norms).factors[-1] == 0.5
    run = train([*norms, 90.0, 90.0, 90.0, 1000.0, 1000.0], resume=True)
    assert run.factors == [0.5] * 5 + [0.25]
    assert run.weights[-1] == pytest.approx(0.1)


@pytest.mark.parametrize(('iteration', 'want'), [(0, 1.0), (7, 0.25)])
def test_only_a_resumed_run_takes_over_what_the_message_hub_has(
    tmp_path: Path, iteration: int, want: float
) -> None:
    hub, loss = MessageHub.get_instance(tmp_path.name), PremiumLoss()
    hub.update_info('ohem_fallback', 0.25)
    wrapper = SimpleNamespace(clip_grad_kwargs=CLIP, grad_name='grad_norm')
    runner = SimpleNamespace(
        model=loss, iter=iteration, hooks=[], optim_wrapper=wrapper, message_hub=hub
    )
    OHEMFallbackHook().before_train(runner)
    assert loss.ohem_fallback.item() == hub.get_info('ohem_fallback') == want


def test_an_iteration_without_a_step_counts_for_nothing(train: Train) -> None:
    # Each norm is the mean of two: 2 2 2 30 2.
    norms = [1.0, 3.0, 3.0, 1.0, 2.0, 2.0, 30.0, 30.0, 2.0, 2.0]
    assert train(norms, counts=2).factors[-1] == 1
    assert train(norms, counts=2, patience=1).factors[-1] == 0.5


def test_without_clipping_another_hook_has_to_measure_every_norm(train: Train) -> None:
    norms = [*USUAL, 30.0, 30.0]
    every, some = (GradientNormHook(interval=interval, parts=()) for interval in (1, 2))
    assert train(norms, clip=None, others=[every]).factors[-1] == 0.5
    for clip, others in ((None, []), (None, [some]), ({'type': 'value', 'clip_value': 9.0}, [])):
        with pytest.raises(ValueError, match=r'nobody writes .*grad_norm .*set .*clip_grad=dict\('):
            train(norms, clip=clip, others=others)


def test_what_cannot_be_is_refused() -> None:
    bad = [{'factor': 1.0}, {'needed': 0}, {'needed': 9, 'window': 8}, {'patience': 0}]
    for options in bad:
        with pytest.raises(ValueError, match='needed are a factor above 1, 1 <= needed <= window'):
            OHEMFallbackHook(**options)
    for options in ({'lower_to': 1.0}, {'lower_to': -0.1}, {'least': 1.1}):
        with pytest.raises(ValueError, match=r'needed are \[0, 1\) and \[0, 1\]'):
            OHEMFallbackHook(**options)
    runner = SimpleNamespace(model=PremiumLoss(ohem_weight=0))
    with pytest.raises(ValueError, match=r"OHEMFallbackHook needs a PremiumLoss with .*'ohem'"):
        OHEMFallbackHook().before_train(runner)
