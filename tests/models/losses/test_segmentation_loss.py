"""What every loss of a decode head has to do."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from lanedet_mm.models.losses import (
    DiceFocalLoss,
    LaneBoundaryLoss,
    LovaszSoftmaxLoss,
    OHEMCrossEntropyLoss,
    PremiumLoss,
    SmoothnessLoss,
)
from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss

FEW = {'ohem': {'min_kept': 4}}  # a least number of pixels moves with the size, the threshold not
ALL_TERMS = {'lovasz_weight': 0.2, 'boundary_weight': 0.1, 'smoothness_weight': 0.05}
CASES: dict[str, Callable[[], SegmentationLoss]] = {
    'dice_focal': DiceFocalLoss,
    'dice_focal_alpha': lambda: DiceFocalLoss(alpha=0.75, class_weight=None),
    'ohem': lambda: OHEMCrossEntropyLoss(min_kept=4),
    'ohem_per_image': lambda: OHEMCrossEntropyLoss(per_image=True, min_kept=5),
    'lovasz': LovaszSoftmaxLoss,
    'boundary': LaneBoundaryLoss,
    'smoothness': SmoothnessLoss,
    'premium': lambda: PremiumLoss(options=FEW),
    'premium_all': lambda: PremiumLoss(options=FEW, **ALL_TERMS),
}
# What waits for the device: a value on the host, or a result whose size the data decide.
WAITS = re.compile(r'_local_scalar_dense|nonzero(?!_static)|masked_select|unique')


@pytest.fixture(params=CASES)
def loss(request: pytest.FixtureRequest) -> SegmentationLoss:
    """Each loss as a config makes it."""
    return CASES[request.param]()


class NoWaiting(TorchDispatchMode):
    """Refuses operators that wait for the device."""

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: tuple[type, ...],
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        assert not WAITS.search(str(func)), func
        if 'index.Tensor' in str(func):
            assert 'torch.bool' not in repr([getattr(one, 'dtype', one) for one in args[1]]), func
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize('size', [16, 64])
def test_perfect_is_0(
    loss: SegmentationLoss,
    line_label: Callable[[int], Tensor],
    logits_of: Callable[..., Tensor],
    size: int,
) -> None:
    label = line_label(size)
    label[:, :3] = 255
    logits = logits_of(label.where(label != 255, 0))
    assert loss(logits, label).item() == pytest.approx(0, abs=2e-6)


def test_value_does_not_move_with_image_or_batch_size(
    loss: SegmentationLoss, line_label: Callable[[int], Tensor], logits_of: Callable[..., Tensor]
) -> None:
    small, large = line_label(16), line_label(64)
    many = small.repeat(3, 1, 1)
    values = [
        # Lines found one column too far to the right, and not quite surely.
        loss(logits_of(label.roll(1, dims=2), scale=2.0), label).item()
        for label in (small, large, many)
    ]
    assert values[0] > 0.01
    assert values == pytest.approx([values[0]] * 3, rel=0.07)  # the image's own border


def test_ignored_pixels_change_neither_value_nor_gradient(
    loss: SegmentationLoss, random_case: tuple[Tensor, Tensor]
) -> None:
    logits, label = random_case[0].float().requires_grad_(), random_case[1]
    value = loss(logits, label)
    value.backward()
    ignored = (label == 255).unsqueeze(1).expand_as(logits)
    assert logits.grad is not None
    assert logits.grad[ignored].abs().max() == 0
    assert logits.grad[~ignored].abs().max() > 0
    changed = logits.detach().masked_fill(ignored, 50.0)
    changed[:, 1] -= 30 * ignored[:, 1]
    assert loss(changed, label).item() == pytest.approx(value.item(), rel=1e-6)


def test_all_ignored_is_0_with_a_gradient_path(loss: SegmentationLoss) -> None:
    logits = torch.randn(2, 3, 8, 8, requires_grad=True)
    value = loss(logits, torch.full((2, 8, 8), 255))
    value.backward()
    assert value.item() == pytest.approx(0, abs=1e-6)
    assert logits.grad is not None
    assert logits.grad.abs().max() == 0


@pytest.mark.parametrize('missing', [0, 1, 2])
def test_a_missing_class_is_finite(loss: SegmentationLoss, missing: int) -> None:
    logits = (torch.randn(2, 3, 8, 8) * 5).requires_grad_()
    label = torch.randint(0, 2, (2, 8, 8))
    label += label >= missing
    value = loss(logits, label)
    value.backward()
    assert 0 < value.item() < 20
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_extreme_logits_are_finite(loss: SegmentationLoss) -> None:
    logits = torch.zeros(1, 3, 8, 8)
    logits[:, 0] = 3e4
    logits.requires_grad_()
    value = loss(logits, torch.ones(1, 8, 8, dtype=torch.long))
    value.backward()
    assert torch.isfinite(value)
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_float32_inside_autocast(loss: SegmentationLoss) -> None:
    label, logits = torch.randint(0, 3, (1, 16, 16)), torch.randn(1, 3, 16, 16)
    plain = loss(logits, label)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        assert loss(logits, label).item() == plain.item()
        assert loss(logits.bfloat16(), label).dtype == torch.float32


def test_the_step_waits_for_nothing(
    loss: SegmentationLoss, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.compiler, 'is_compiling', lambda: True)  # no short cut of the CPU
    logits = torch.randn(2, 3, 16, 16, requires_grad=True)
    label = torch.randint(0, 3, (2, 16, 16))
    with NoWaiting():
        loss(logits, label).backward()


def test_a_step_that_waits_is_noticed() -> None:
    with NoWaiting():
        with pytest.raises(AssertionError, match='_local_scalar_dense'):
            torch.ones(1).item()
        with pytest.raises(AssertionError, match='index'):
            torch.ones(3)[torch.ones(3, dtype=torch.bool)]


def test_compiles_without_a_break_to_the_same_value(
    loss: SegmentationLoss, random_case: tuple[Tensor, Tensor]
) -> None:
    logits, label = random_case[0].float(), random_case[1]
    torch.compiler.reset()
    compiled = torch.compile(loss, fullgraph=True, backend='eager')
    assert compiled(logits, label).item() == pytest.approx(loss(logits, label).item(), rel=1e-6)


def test_gradient_by_finite_differences(
    loss: SegmentationLoss, random_case: tuple[Tensor, Tensor]
) -> None:
    logits, label = (
        random_case[0][:1, :, :4, :4].clone().requires_grad_(),
        random_case[1][:1, :4, :4],
    )
    loss = loss.double()
    assert torch.autograd.gradcheck(lambda x: loss.value(x, label, 255), logits)


def test_errors_say_what_to_do(loss: SegmentationLoss) -> None:
    with pytest.raises(ValueError, match=f'{type(loss).__name__} got .* set `sampler=None`'):
        loss(torch.zeros(1, 3, 2, 2), torch.zeros(1, 2, 2, dtype=torch.long), weight=torch.ones(1))
    with pytest.raises(ValueError, match="'mine'; without 'loss_' in front nothing learns"):
        type(loss)(loss_name='mine')
