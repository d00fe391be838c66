import math

import numpy as np
import pytest
import torch
from torch import Tensor

from lanedet_mm.models.losses import LogitDistillationLoss, softened_kl


def test_by_hand() -> None:
    # At T = 2 the teacher says 3/4 and 1/4, the student 1/2 and 1/2; the second pixel is ignored.
    teacher = torch.tensor([2 * math.log(3), 0.0]).view(1, 2, 1, 1).repeat(1, 1, 1, 2)
    student = torch.tensor([[[[1.0, 9.0]], [[1.0, -9.0]]]])
    valid = torch.tensor([[[True, False]]])
    divergence = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)  # 0.1308
    got = softened_kl(student, teacher, valid, temperature=2)
    assert got.item() == pytest.approx(divergence, rel=1e-6)
    loss = LogitDistillationLoss(temperature=2, loss_weight=0.5)
    assert loss(student, teacher, valid).item() == pytest.approx(0.5 * 4 * divergence, rel=1e-6)


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    student, teacher, valid = logits.numpy(), logits.flip(1).numpy(), (label != 255).numpy()
    total = 0.0
    for image, row, col in zip(*np.nonzero(valid), strict=True):
        told, heard = (
            np.exp(one[image, :, row, col] / 4) / np.exp(one[image, :, row, col] / 4).sum()
            for one in (teacher, student)
        )
        total += (told * np.log(told / heard)).sum()
    got = LogitDistillationLoss()(logits.float(), logits.flip(1).float(), label != 255)
    assert got.item() == pytest.approx(16 * total / valid.sum(), rel=1e-5)


def test_the_gradient_keeps_its_size_when_the_temperature_changes() -> None:
    # At high T it becomes (student - teacher) / classes of logits with mean 0 (Hinton et al.).
    student = torch.tensor([0.3, -0.1, -0.2]).view(1, 3, 1, 1).requires_grad_()
    teacher = torch.tensor([-0.2, 0.3, -0.1]).view(1, 3, 1, 1)
    LogitDistillationLoss(temperature=1000)(
        student, teacher, torch.ones(1, 1, 1, dtype=torch.bool)
    ).backward()
    assert student.grad is not None
    torch.testing.assert_close(student.grad, (student.detach() - teacher) / 3, rtol=1e-2, atol=1e-3)


def test_one_channel_is_refused() -> None:
    with pytest.raises(ValueError, match='logits of 1 channel; needed is one for each class'):
        LogitDistillationLoss()(
            torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2), torch.ones(1, 2, 2, dtype=torch.bool)
        )
