import pytest
import torch
from torch import Tensor

from lanedet_mm.models.losses import (
    DiceFocalLoss,
    LaneBoundaryLoss,
    LovaszSoftmaxLoss,
    OHEMCrossEntropyLoss,
    PremiumLoss,
    SmoothnessLoss,
)


def test_sum_of_its_named_parts(random_case: tuple[Tensor, Tensor]) -> None:
    loss = PremiumLoss(lovasz_weight=0.2, boundary_weight=0.1, smoothness_weight=0.05)
    value = loss(*random_case)
    expected = {
        'dice_focal': DiceFocalLoss()(*random_case),
        'ohem': OHEMCrossEntropyLoss()(*random_case),
        'lovasz': LovaszSoftmaxLoss()(*random_case),
        'boundary': LaneBoundaryLoss()(*random_case),
        'smoothness': SmoothnessLoss()(*random_case),
    }
    assert {name: part.item() for name, part in loss.parts.items()} == pytest.approx(
        {name: part.item() for name, part in expected.items()}
    )
    weights = {'dice_focal': 0.6, 'ohem': 0.4, 'lovasz': 0.2, 'boundary': 0.1, 'smoothness': 0.05}
    total = sum(weights[name] * part.item() for name, part in expected.items())
    assert value.item() == pytest.approx(total)


def test_a_term_of_weight_0_is_not_computed(random_case: tuple[Tensor, Tensor]) -> None:
    loss = PremiumLoss(ohem_weight=0.0)
    assert loss(*random_case).item() == pytest.approx(0.6 * DiceFocalLoss()(*random_case).item())
    assert set(loss.terms) == set(loss.parts) == {'dice_focal'}


def test_parts_carry_no_gradient(random_case: tuple[Tensor, Tensor]) -> None:
    loss = PremiumLoss()
    loss(random_case[0].requires_grad_(), random_case[1])
    assert not any(part.requires_grad for part in loss.parts.values())


def test_ohem_can_be_held_back_by_both_factors(random_case: tuple[Tensor, Tensor]) -> None:
    loss = PremiumLoss()
    dice_focal, ohem = DiceFocalLoss()(*random_case), OHEMCrossEntropyLoss()(*random_case)
    loss.ohem_warmup.fill_(0.0)
    assert loss(*random_case).item() == pytest.approx(0.6 * dice_focal.item())
    loss.ohem_warmup.fill_(0.5)
    loss.ohem_fallback.fill_(0.25)
    expected = 0.6 * dice_focal.item() + 0.4 * 0.125 * ohem.item()
    assert loss(*random_case).item() == pytest.approx(expected)
    assert loss.parts['ohem'].item() == pytest.approx(ohem.item())  # as it is, not as it counts
    assert loss.state_dict() == {}


def test_options_reach_their_term(random_case: tuple[Tensor, Tensor]) -> None:
    options = {'ohem': {'thresh': 0.1}, 'dice_focal': {'type': 'OHEMCrossEntropyLoss'}}
    loss = PremiumLoss(options=options)
    value = loss(*random_case).item()
    ohem = [OHEMCrossEntropyLoss(**one)(*random_case).item() for one in ({}, {'thresh': 0.1})]
    assert value == pytest.approx(0.6 * ohem[0] + 0.4 * ohem[1])


def test_errors_say_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"unknown terms \['dice'\]; there are \['boundary'"):
        PremiumLoss(options={'dice': {}})
    with pytest.raises(ValueError, match='needed are 0 or more, and one above 0'):
        PremiumLoss(ohem_weight=-0.1)
    with pytest.raises(ValueError, match='needed are 0 or more, and one above 0'):
        PremiumLoss(ohem_weight=0, dice_focal_weight=0)


def test_loss_of_a_batch_of_one_sure_pixel() -> None:
    logits = torch.tensor([9.0, 0.0, 0.0]).view(1, 3, 1, 1)
    assert PremiumLoss()(logits, torch.zeros(1, 1, 1, dtype=torch.long)).item() < 1e-3
