import math

import numpy as np
import pytest
import torch
from torch import Tensor

from lanedet_mm.models.losses import ChannelWiseDistillationLoss, channel_wise_kl


def test_by_hand() -> None:
    # Two channels at three positions, the last of which is ignored; temperature 1. In the first
    # channel the teacher is at 3/4 and 1/4, in the second at 1/2 and 1/2; the student the same
    # the other way round: (3/4, 1/4) in the second.
    ln3 = math.log(3)
    teacher = torch.tensor([[[[ln3, 0.0, 50.0]], [[7.0, 7.0, -50.0]]]])
    student = torch.tensor([[[[2.0, 2.0, -50.0]], [[ln3, 0.0, 50.0]]]])
    valid = torch.tensor([[[True, True, False]]])
    first = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)  # 0.1308
    second = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)  # 0.1438
    got = channel_wise_kl(student, teacher, valid, temperature=1)
    assert got.item() == pytest.approx((first + second) / 2, rel=1e-6)
    loss = ChannelWiseDistillationLoss(temperature=2)
    doubled = loss(2 * student, 2 * teacher, valid)
    assert doubled.item() == pytest.approx(3 * 4 * (first + second) / 2, rel=1e-6)


def test_what_a_channel_adds_everywhere_does_not_matter() -> None:
    logits, valid = torch.randn(1, 2, 4, 4), torch.ones(1, 4, 4, dtype=torch.bool)
    moved = logits + torch.tensor([3.0, -5.0]).view(2, 1, 1)
    assert channel_wise_kl(moved, logits, valid).item() == pytest.approx(0, abs=1e-6)


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    student, teacher, valid = logits.numpy(), logits.flip(1).numpy(), (label != 255).numpy()
    values = []
    for image, channel in np.ndindex(2, 3):
        told, heard = (np.exp(one[image, channel][valid[image]] / 4) for one in (teacher, student))
        told, heard = told / told.sum(), heard / heard.sum()
        values.append((told * np.log(told / heard)).sum())
    got = ChannelWiseDistillationLoss()(logits.float(), logits.flip(1).float(), label != 255)
    assert got.item() == pytest.approx(3 * 16 * np.mean(values), rel=1e-5)
