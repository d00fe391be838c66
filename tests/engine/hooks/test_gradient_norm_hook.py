from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lanedet_mm.engine.hooks import GradientNormHook

# 5, 12 and 84 make 85, for 3 4 5, 5 12 13 and 13 84 85 are right triangles.
PARTS = {'backbone': 5.0, 'decode_head': 12.0, 'rest': 84.0}
SGD = {'type': 'SGD', 'lr': 0.1}


class Model(BaseModel):
    """Its gradients are `times`: 3 and 4 in the backbone, 12 in the head, 84 outside."""

    def __init__(self, *, neck: bool = True) -> None:
        super().__init__()
        self.backbone = nn.Linear(1, 1)
        self.decode_head = nn.ParameterDict({'used': torch.ones(1), 'idle': torch.ones(1)})
        if neck:
            self.neck = nn.Parameter(torch.ones(1))

    def forward(self, inputs: Tensor, mode: str = 'tensor') -> dict[str, Tensor]:
        loss = 3 * self.backbone.weight + 4 * self.backbone.bias + 12 * self.decode_head['used']
        if hasattr(self, 'neck'):
            loss = loss + 84 * self.neck
        return {'loss': (loss * inputs).sum()}


class ScaledWrapper(OptimWrapper):
    """mmengine's `AmpOptimWrapper`, which refuses to run without a GPU, as far as it scales."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.loss_scaler = torch.amp.GradScaler('cpu', init_scale=1024.0)

    def backward(self, loss: Tensor, **kwargs: Any) -> None:  # noqa: ANN401
        self.loss_scaler.scale(loss).backward(**kwargs)
        self._inner_count += 1

    def step(self, **kwargs: Any) -> None:  # noqa: ANN401
        if self.clip_grad_kwargs:
            self.loss_scaler.unscale_(self.optimizer)
            self._clip_grad()
        self.loss_scaler.step(self.optimizer, **kwargs)
        self.loss_scaler.update()


@pytest.fixture
def norms(tmp_path: Path) -> Callable[..., dict[str, list[float]]]:
    """All that a training with the hook writes about gradients."""

    def _norms(
        times: Sequence[float] = (1.0,),
        *,
        interval: int = 1,
        parts: Sequence[str] = ('backbone', 'decode_head'),
        model: Model | None = None,
        wrapper: type[OptimWrapper] = OptimWrapper,
        optimizer: dict[str, Any] = SGD,
        **options: Any,  # noqa: ANN401
    ) -> dict[str, list[float]]:
        runner = Runner(
            model or Model(),
            str(tmp_path),
            experiment_name=f'{tmp_path.name}_{uuid4()}',
            train_dataloader=DataLoader([{'inputs': torch.tensor([time])} for time in times]),
            train_cfg={'by_epoch': False, 'max_iters': len(times)},
            optim_wrapper={'type': wrapper, 'optimizer': optimizer, **options},
            custom_hooks=[GradientNormHook(interval=interval, parts=parts)],
        )
        runner.train()
        assert not runner.optim_wrapper.optimizer._optimizer_step_pre_hooks or interval > 1
        start = 'train/grad_norm'
        return {
            key.removeprefix(start).removeprefix('_'): buffer.data[0].tolist()
            for key, buffer in runner.message_hub.log_scalars.items()
            if key.startswith(start)
        }

    return _norms


Norms = Callable[..., dict[str, list[float]]]


def approx(values: dict[str, list[float]]) -> Any:  # noqa: ANN401
    return {name: pytest.approx(some, rel=1e-5) for name, some in values.items()}


@pytest.mark.parametrize(
    ('clip_grad', 'total'),
    [
        (None, 85.0),
        ({'max_norm': 1.0}, 85.0),
        ({'max_norm': 1e-3}, 85.0),
        ({'max_norm': 100.0}, 85.0),  # nothing to clip
        ({'max_norm': 2.0, 'norm_type': inf}, 84.0),
    ],
)
def test_norms_of_the_parts_are_those_before_clipping_by_norm(
    norms: Norms, clip_grad: dict[str, Any] | None, total: float
) -> None:
    got = norms(clip_grad=clip_grad)
    assert got == approx({'': [total], **{part: [norm] for part, norm in PARTS.items()}})


def test_what_torch_adds_to_small_norms_is_undone(norms: Norms) -> None:
    got = norms((1e-6,), clip_grad={'max_norm': 1e-6})  # by 85e-6 + 1e-6, more than 1 %
    assert got['backbone'] == pytest.approx([5e-6], rel=1e-4)


def test_clipping_by_value_shows_in_parts_and_total(norms: Norms) -> None:
    got = norms(clip_grad={'type': 'value', 'clip_value': 4.0})  # 3 4 4 4
    want = {'backbone': [5.0], 'decode_head': [4.0], 'rest': [4.0], '': [57**0.5]}
    assert got == approx(want)


def test_no_rest_where_the_parts_are_all(norms: Norms) -> None:
    got = norms(model=Model(neck=False))
    assert got == approx({'backbone': [5.0], 'decode_head': [12.0], '': [13.0]})


def test_a_part_may_lie_in_another_or_have_no_gradient(norms: Norms) -> None:
    model = Model()
    model.backbone = nn.ModuleDict({'vit': model.backbone, 'idle': nn.Linear(1, 1)})
    model.backbone.weight, model.backbone.bias = model.backbone['vit'].parameters()
    got = norms(model=model, parts=('backbone', 'backbone.vit', 'backbone.idle'))
    want = {'backbone': 5.0, 'backbone.vit': 5.0, 'backbone.idle': 0.0, 'rest': 7200**0.5, '': 85.0}
    assert got == approx({part: [norm] for part, norm in want.items()})


@pytest.mark.parametrize(('interval', 'want'), [(1, [1, 2, 3, 4, 5]), (2, [2, 4]), (5, [5])])
def test_it_measures_at_the_interval(norms: Norms, interval: int, want: list[int]) -> None:
    got = norms((1.0, 2.0, 3.0, 4.0, 5.0), interval=interval)
    assert got['backbone'] == pytest.approx([5 * time for time in want])


def test_accumulated_gradients_are_measured_at_the_step_that_follows(norms: Norms) -> None:
    # Steps after iterations 2, 4 and 6 with the means 2, 5 and 8; 3 and 6 are due.
    got = norms((1.0, 3.0, 4.0, 6.0, 7.0, 9.0), interval=3, accumulative_counts=2)
    assert got['backbone'] == pytest.approx([25.0, 40.0])


@pytest.mark.parametrize('fused', [False, True])
@pytest.mark.parametrize('clip_grad', [None, {'max_norm': 1.0}])
def test_the_scale_of_a_gradient_scaler_is_not_in_the_norms(
    norms: Norms, clip_grad: dict[str, Any] | None, fused: bool
) -> None:
    got = norms(wrapper=ScaledWrapper, clip_grad=clip_grad, optimizer={**SGD, 'fused': fused})
    assert got == approx({'': [85.0], **{part: [norm] for part, norm in PARTS.items()}})


def test_a_step_that_the_scaler_leaves_out_is_made_up_for(norms: Norms) -> None:
    got = norms((inf, 2.0, 3.0), wrapper=ScaledWrapper, interval=3)
    assert got['backbone'] == pytest.approx([15.0])
    got = norms((1.0, inf, 3.0, 4.0), wrapper=ScaledWrapper, interval=2)
    assert got['backbone'] == pytest.approx([15.0, 20.0])


def test_what_cannot_be_is_refused(norms: Norms) -> None:
    with pytest.raises(ValueError, match='interval is 0; needed is 1 or more'):
        GradientNormHook(interval=0)
    with pytest.raises(
        ValueError, match=r"no module 'backbone\.vit' .*; it has .*'backbone', 'decode_head'"
    ):
        norms(parts=('backbone.vit',))
