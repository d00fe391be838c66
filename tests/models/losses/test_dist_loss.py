import numpy as np
import pytest
import torch
from torch import Tensor

from lanedet_mm.models.losses import DISTLoss, inter_class_relation, intra_class_relation


def test_by_hand() -> None:
    # Three pixels, the last one ignored. Pixel 1: the same order of classes; pixel 2: reversed.
    teacher = torch.tensor([[0.8, 0.2], [0.7, 0.3], [0.1, 0.9]]).t().view(1, 2, 1, 3)
    student = torch.tensor([[0.6, 0.4], [0.3, 0.7], [0.9, 0.1]]).t().view(1, 2, 1, 3)
    valid = torch.tensor([[[True, True, False]]])
    assert inter_class_relation(student, teacher, valid).item() == pytest.approx((0 + 2) / 2)
    # Of two pixels, each class falls or rises in both alike.
    assert intra_class_relation(student, teacher, valid).item() == pytest.approx(0, abs=1e-6)
    # With the third: class 0 of the teacher is 0.8, 0.7, 0.1, of the student 0.6, 0.3, 0.9;
    # less their means 0.5333 and 0.6: 0.2667, 0.1667, -0.4333 and 0, -0.3, 0.3.
    covariance, own, its = -0.18, 0.18, 0.86 / 3
    everywhere = torch.ones_like(valid)
    got = intra_class_relation(student, teacher, everywhere).item()
    assert got == pytest.approx(1 - covariance / (own * its) ** 0.5, rel=1e-5)


def test_only_the_order_counts_and_not_the_confidence() -> None:
    teacher = torch.tensor([0.9, 0.08, 0.02]).view(1, 3, 1, 1)
    student = (teacher - 1 / 3) * 0.1 + 1 / 3
    valid = torch.ones(1, 1, 1, dtype=torch.bool)
    assert inter_class_relation(student, teacher, valid).item() == pytest.approx(0, abs=1e-5)


def test_against_plain_numpy(random_case: tuple[Tensor, Tensor]) -> None:
    logits, label = random_case
    valid = (label != 255).numpy()
    ours, theirs = (
        one.softmax(1).permute(0, 2, 3, 1).numpy()[valid] for one in (logits, logits.flip(1))
    )  # (pixels, C)
    inter = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(ours, theirs, strict=True)])
    intra = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(ours.T, theirs.T, strict=True)])
    loss = DISTLoss(inter_weight=2, intra_weight=3, loss_weight=0.5)
    got = loss(logits.float(), logits.flip(1).float(), label != 255)
    assert got.item() == pytest.approx(0.5 * (2 * inter + 3 * intra), rel=1e-5)
    hot = DISTLoss(temperature=2)(2 * logits.float(), 2 * logits.flip(1).float(), label != 255)
    assert hot.item() == pytest.approx(4 * (inter + intra), rel=1e-5)


def test_what_does_not_vary_correlates_with_nothing() -> None:
    flat = torch.full((1, 3, 2, 2), 1 / 3, requires_grad=True)
    teacher = torch.rand(1, 3, 2, 2).softmax(1)
    valid = torch.ones(1, 2, 2, dtype=torch.bool)
    for relation in (inter_class_relation, intra_class_relation):
        assert relation(flat, teacher, valid).item() == 1
