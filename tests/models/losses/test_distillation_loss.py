"""What every loss between a student and its teacher has to do."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from lanedet_mm.models.losses import (
    ChannelWiseDistillationLoss,
    DistillationLoss,
    DISTLoss,
    LogitDistillationLoss,
)

CASES: dict[str, Callable[[], DistillationLoss]] = {
    'kd': LogitDistillationLoss,
    'kd_1': lambda: LogitDistillationLoss(temperature=1, loss_weight=0.5),
    'cwd': ChannelWiseDistillationLoss,
    'dist': DISTLoss,
    'dist_4': lambda: DISTLoss(temperature=4, inter_weight=2, intra_weight=3),
}
# What waits for the device: a value on the host, or a result whose size the data decide.
WAITS = re.compile(r'_local_scalar_dense|nonzero|masked_select|unique')


@pytest.fixture(params=CASES)
def loss(request: pytest.FixtureRequest) -> DistillationLoss:
    """Each loss as a config makes it."""
    return CASES[request.param]()


@pytest.fixture
def case(random_case: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Student, teacher and valid pixels, in float64."""
    logits, label = random_case
    return logits, logits.flip(0) + logits.roll(1, 3) * 2, label != 255


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
        assert 'index.Tensor' not in str(func)
        return func(*args, **(kwargs or {}))


def test_a_student_that_is_its_teacher_costs_nothing(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    logits, _, valid = case
    student = logits.clone().requires_grad_()
    value = loss(student, logits, valid)
    value.backward()
    assert value.item() == pytest.approx(0, abs=1e-12)
    assert student.grad is not None
    assert student.grad.abs().max() < 1e-8


def test_the_same_at_32_and_64_px_and_in_a_larger_batch(loss: DistillationLoss) -> None:
    generator = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, 1, 3, 32, 32, generator=generator) * 2
    valid = torch.rand(1, 32, 32, generator=generator) < 0.8
    small = loss(student, teacher, valid).item()
    assert small > 0.1
    large = loss(student.repeat(1, 1, 2, 2), teacher.repeat(1, 1, 2, 2), valid.repeat(1, 2, 2))
    many = loss(*(one.repeat(3, 1, 1, 1) for one in (student, teacher)), valid.repeat(3, 1, 1))
    assert [large.item(), many.item()] == pytest.approx([small] * 2, rel=1e-4)


def test_ignored_pixels_change_neither_value_nor_gradient(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    student, teacher, valid = case
    ignored = ~valid.unsqueeze(1).expand_as(student)
    found = []
    for shift in (0.0, 50.0):
        ours = (student + shift * ignored * torch.tensor([1, -1, 2]).view(3, 1, 1)).detach()
        theirs = teacher - shift * ignored * torch.tensor([1, 1, 0]).view(3, 1, 1)
        value = loss(ours.requires_grad_(), theirs, valid)
        value.backward()
        assert ours.grad is not None
        assert ours.grad[ignored].abs().max() == 0
        assert ours.grad[~ignored].abs().max() > 0
        found.append((value.detach(), ours.grad))
    torch.testing.assert_close(found[0], found[1], rtol=1e-10, atol=1e-14)


def test_nothing_valid_is_0_with_a_gradient_path(loss: DistillationLoss) -> None:
    logits = torch.randn(2, 3, 8, 8, requires_grad=True)
    value = loss(logits, torch.randn(2, 3, 8, 8), torch.zeros(2, 8, 8, dtype=torch.bool))
    value.backward()
    assert value.item() == 0
    assert logits.grad is not None
    assert logits.grad.abs().max() == 0


def test_an_image_without_a_valid_pixel_does_not_count(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    student, teacher, valid = case
    alone = loss(student[:1], teacher[:1], valid[:1])
    valid[1] = False
    assert loss(student, teacher, valid).item() == pytest.approx(alone.item(), rel=1e-10)


@pytest.mark.parametrize('scale', [0.0, 3e4])
def test_extreme_logits_are_finite(loss: DistillationLoss, scale: float) -> None:
    student = torch.zeros(1, 3, 8, 8)
    student[:, 0] = scale
    student.requires_grad_()
    valid = torch.ones(1, 8, 8, dtype=torch.bool)
    value = loss(student, student.detach().flip(1), valid)
    value.backward()
    assert torch.isfinite(value)
    assert student.grad is not None
    assert torch.isfinite(student.grad).all()


def test_float32_inside_autocast_and_no_gradient_to_the_teacher(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    student, teacher, valid = case[0].float(), case[1].float().requires_grad_(), case[2]
    plain = loss(student.requires_grad_(), teacher, valid)
    plain.backward()
    assert teacher.grad is None
    with torch.autocast('cpu', dtype=torch.bfloat16):
        assert loss(student, teacher, valid).item() == plain.item()
        assert loss(student.bfloat16(), teacher.bfloat16(), valid).dtype == torch.float32


def test_the_step_waits_for_nothing(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    student, teacher, valid = case
    with NoWaiting():
        loss(student.requires_grad_(), teacher, valid).backward()


def test_gradient_by_finite_differences(
    loss: DistillationLoss, case: tuple[Tensor, Tensor, Tensor]
) -> None:
    student, teacher, valid = (one[..., :4, :4] for one in case)
    student = student.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: loss.value(x, teacher, valid), student)


def test_errors_say_what_is_needed(loss: DistillationLoss) -> None:
    valid = torch.ones(1, 2, 2, dtype=torch.bool)
    with pytest.raises(ValueError, match=r'got \(1, 3, 2, 2\) of the student, \(1, 4, 2, 2\) of'):
        loss(torch.zeros(1, 3, 2, 2), torch.zeros(1, 4, 2, 2), valid)
    with pytest.raises(ValueError, match=r'valid pixels \(1, 2, 2\); needed are'):
        loss(torch.zeros(1, 3, 2, 3), torch.zeros(1, 3, 2, 3), valid)
    with pytest.raises(ValueError, match='temperature is 0; needed is more than 0'):
        type(loss)(temperature=0)
    with pytest.raises(ValueError, match="'mine'; without 'loss_' in front nothing learns"):
        type(loss)(loss_name='mine')
