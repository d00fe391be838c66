from typing import Any

import pytest
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.engine.hooks.ohem_terms import losses_with_ohem
from lanedet_mm.models.losses import PremiumLoss


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('lanedet_mm')


def test_every_loss_with_the_term_is_found_in_order() -> None:
    one, without, two = PremiumLoss(), PremiumLoss(ohem_weight=0), PremiumLoss(ohem_weight=0.1)
    heads = [nn.ModuleList([one]), without, nn.Sequential(nn.Sequential(two))]
    assert losses_with_ohem(nn.ModuleList(heads), wanted_by='A') == [one, two]


@pytest.mark.parametrize(
    ('weights', 'said'),
    [
        ([], r'has 0 PremiumLoss with the terms \[\]'),
        ([{'ohem_weight': 0}], r"has 1 PremiumLoss with the terms \[\['dice_focal'\]\]"),
    ],
)
def test_none_says_what_there_is_and_what_to_do(weights: list[dict[str, Any]], said: str) -> None:
    model = nn.ModuleList(PremiumLoss(**some) for some in weights)
    with pytest.raises(ValueError, match=f"AHook needs .* 'ohem'; the model {said}: set ohem_wei"):
        losses_with_ohem(model, wanted_by='AHook')
