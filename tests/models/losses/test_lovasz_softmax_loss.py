from collections.abc import Callable

import numpy as np
import pytest
import torch
from mmseg.models.losses import LovaszLoss
from torch import Tensor

from lanedet_mm.models.losses import LovaszSoftmaxLoss, lovasz_softmax


def test_hard_predictions_give_1_minus_iou_by_hand(logits_of: Callable[..., Tensor]) -> None:
    label = torch.tensor([[[0, 0, 1, 1, 1, 255]]])
    found = torch.tensor([[[0, 1, 1, 1, 0, 0]]])
    prob = logits_of(found, classes=2).softmax(1)
    # Class 0: 1 of 3; class 1: 2 of 4.
    assert lovasz_softmax(prob, label).item() == pytest.approx((2 / 3 + 2 / 4) / 2, abs=1e-6)


def test_classes_that_the_truth_lacks_do_not_count(logits_of: Callable[..., Tensor]) -> None:
    label = torch.zeros(1, 1, 4, dtype=torch.long)
    found = torch.tensor([[[0, 0, 0, 2]]])
    assert lovasz_softmax(logits_of(found).softmax(1), label).item() == pytest.approx(0.25)


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    prob = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, 3).numpy()
    truth = label.flatten().numpy()
    prob, truth = prob[truth != 255], truth[truth != 255]
    losses = []
    for index in range(3):
        error = np.abs((truth == index) - prob[:, index])
        order = np.argsort(-error)
        wrong = [0.0]  # 1 - IoU when the worst n pixels are wrong
        for count in range(1, len(order) + 1):
            worst = np.zeros(len(truth), bool)
            worst[order[:count]] = True
            there = truth == index
            wrong.append(1 - (there & ~worst).sum() / (there | worst).sum())
        losses.append(error[order] @ np.diff(wrong))
    assert LovaszSoftmaxLoss()(logits, label).item() == pytest.approx(np.mean(losses), abs=1e-5)


def test_value_and_gradient_are_mmseg_s(random_case: tuple[Tensor, Tensor]) -> None:
    ours, theirs = (random_case[0].float().clone().requires_grad_() for _ in range(2))
    label = random_case[1]
    value = LovaszSoftmaxLoss()(ours, label)
    expected = LovaszLoss(reduction='none')(theirs, label, ignore_index=255)
    value.backward()
    expected.backward()
    assert value.item() == pytest.approx(expected.item(), rel=1e-5)
    torch.testing.assert_close(ours.grad, theirs.grad)
