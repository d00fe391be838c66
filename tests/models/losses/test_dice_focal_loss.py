import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lanedet_mm.models.losses import DiceFocalLoss, class_dice, focal_loss

SIZES = [16, 64]


def line_label(size: int) -> Tensor:
    """One-pixel lines of class 1, 16 px apart: the same share of every size."""
    label = torch.zeros(1, size, size, dtype=torch.long)
    label[:, :, 7::16] = 1
    return label


def test_dice_of_a_hand_worked_table() -> None:
    label = torch.tensor([[[0, 0, 1, 1]]])
    prob = torch.tensor([[[[1.0, 0.5, 0.5, 0.0]], [[0.0, 0.5, 0.5, 1.0]]]])
    # Class 1: overlap 0.5 + 1, sums 2 + 2; class 0 the same by symmetry.
    assert class_dice(prob, label) == pytest.approx([0.75, 0.75], abs=0.04)


def test_class_that_is_neither_there_nor_predicted_is_perfect(
    logits_of: Callable[..., Tensor],
) -> None:
    label = torch.zeros(1, 4, 4, dtype=torch.long)
    assert class_dice(logits_of(label).softmax(1), label)[2] == pytest.approx(1.0)


def test_focal_of_one_pixel_by_hand() -> None:
    logits = torch.tensor([0.0, math.log(3.0)]).view(1, 2, 1, 1)
    label = torch.ones(1, 1, 1, dtype=torch.long)  # p_t = 3/4
    assert focal_loss(logits, label, gamma=2).item() == pytest.approx(
        0.25**2 * -math.log(0.75), rel=1e-5
    )


def test_focal_with_gamma_0_is_cross_entropy() -> None:
    logits, label = torch.randn(2, 3, 8, 8), torch.randint(0, 3, (2, 8, 8))
    label[0, :4] = 255
    expected = F.cross_entropy(logits, label, ignore_index=255)
    assert focal_loss(logits, label, gamma=0).item() == pytest.approx(expected.item(), rel=1e-5)


def test_label_smoothing_is_that_of_cross_entropy() -> None:
    logits, label = torch.randn(2, 3, 8, 8), torch.randint(0, 3, (2, 8, 8))
    expected = F.cross_entropy(logits, label, label_smoothing=0.1)
    value = focal_loss(logits, label, gamma=0, label_smoothing=0.1)
    assert value.item() == pytest.approx(expected.item(), rel=1e-5)


def test_focal_against_plain_numpy() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(2, 3, 5, 7))
    label = generator.integers(0, 3, (2, 5, 7))
    weight = np.array([0.1, 5.0, 5.0])
    prob = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    true = np.take_along_axis(prob, label[:, None], 1)[:, 0]
    expected = ((1 - true) ** 2 * -np.log(true) * weight[label]).sum() / weight[label].sum()
    value = focal_loss(
        torch.from_numpy(logits), torch.from_numpy(label), class_weight=torch.from_numpy(weight)
    )
    assert value.item() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize('size', SIZES)
def test_missing_a_thin_lane_costs_a_third_of_dice_at_any_size(
    logits_of: Callable[..., Tensor], size: int
) -> None:
    label = line_label(size)
    loss = DiceFocalLoss(dice_weight=1, focal_weight=0)
    value = loss(logits_of(torch.zeros_like(label)), label).item()
    # Lane class 0, background 2 * 15/16 / (1 + 15/16), the absent class 1.
    assert value == pytest.approx((1 + 1 - 30 / 31) / 3, abs=0.01)
    assert value >= 0.3


def test_gradient_by_finite_differences() -> None:
    logits = torch.randn(1, 3, 3, 3, dtype=torch.float64, requires_grad=True)
    label = torch.randint(0, 3, (1, 3, 3))
    label[0, 0, 0] = 255
    assert torch.autograd.gradcheck(
        lambda x: (
            focal_loss(x, label, label_smoothing=0.05) + class_dice(x.softmax(1), label).mean()
        ),
        logits,
    )


def test_class_weights_keep_the_scale_and_move_the_balance() -> None:
    logits = torch.zeros(1, 3, 1, 4)  # every pixel's cross entropy is log(3)
    label = torch.tensor([[[0, 0, 0, 1]]])
    for weight in (None, torch.tensor([0.1, 5.0, 5.0])):
        value = focal_loss(logits, label, gamma=0, class_weight=weight)
        assert value.item() == pytest.approx(math.log(3))
    logits[..., 3] = torch.tensor([0.0, math.log(2.0), 0.0]).view(1, 3, 1)  # p = 1/2 of class 1
    value = focal_loss(logits, label, gamma=0, class_weight=torch.tensor([1.0, 5.0, 5.0]))
    assert value.item() == pytest.approx((3 * math.log(3) + 5 * math.log(2)) / 8)


def test_alpha_is_the_lanes_share_of_the_weight() -> None:
    logits, label = torch.randn(1, 3, 4, 4), torch.randint(0, 3, (1, 4, 4))
    alpha = DiceFocalLoss(alpha=0.75, class_weight=None)(logits, label)
    assert alpha.item() == pytest.approx(
        DiceFocalLoss(class_weight=(0.25, 0.75, 0.75))(logits, label).item()
    )
    both = DiceFocalLoss(alpha=0.75, class_weight=(0.1, 5, 4))(logits, label)
    assert both.item() == pytest.approx(
        DiceFocalLoss(class_weight=(0.025, 3.75, 3.0))(logits, label).item()
    )


def test_class_weights_are_in_no_checkpoint() -> None:
    assert DiceFocalLoss().state_dict() == {}


def test_errors_say_what_to_do() -> None:
    with pytest.raises(ValueError, match='2 class weights for 3 classes'):
        DiceFocalLoss(class_weight=(1, 2))(torch.zeros(1, 3, 2, 2), line_label(16)[:, :2, :2])
    with pytest.raises(ValueError, match=r'alpha is 1.5; needed is a share of the weight in'):
        DiceFocalLoss(alpha=1.5)
