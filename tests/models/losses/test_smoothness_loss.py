import numpy as np
import pytest
import torch
from torch import Tensor

from lanedet_mm.models.losses import SmoothnessLoss, smoothness


def test_by_hand() -> None:
    lane = torch.tensor([[[0.0, 0.5, 1.0, 1.0]]])
    prob = torch.stack([1 - lane, lane], dim=1)
    label = torch.tensor([[[0, 0, 1, 1]]])
    # Pairs of one class: 0 -> 0.5 in the background, 1 -> 1 in the lane; none up and down.
    assert smoothness(prob, label).item() == pytest.approx((0.5 + 0.0) / 2)


def test_a_checkerboard_of_sure_mistakes_costs_1() -> None:
    lane = (torch.arange(8)[:, None] + torch.arange(8)[None]).remainder(2).float()[None]
    prob = torch.stack([1 - lane, lane], dim=1)
    assert smoothness(prob, torch.zeros(1, 8, 8, dtype=torch.long)).item() == 1


def test_borders_between_classes_cost_nothing() -> None:
    label = torch.randint(0, 2, (1, 8, 8))
    prob = torch.stack([1.0 - label, label], dim=1)
    assert smoothness(prob, label).item() == 0


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    prob, truth = logits.softmax(1).numpy(), label.numpy()
    total, pairs = 0.0, 0
    for image, row, col in np.ndindex(truth.shape):
        for down, right in ((1, 0), (0, 1)):
            there = (row + down, col + right)
            if there[0] == truth.shape[1] or there[1] == truth.shape[2]:
                continue
            if truth[image, row, col] == truth[image][there] != 255:
                step = prob[image, :, row, col] - prob[image][:, there[0], there[1]]
                total, pairs = total + np.abs(step).sum() / 2, pairs + 1
    assert SmoothnessLoss()(logits, label).item() == pytest.approx(total / pairs, abs=1e-5)
