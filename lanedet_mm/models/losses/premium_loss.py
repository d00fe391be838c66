"""The sum that PremiumLaneNet learns from."""

from typing import Any

import torch
from torch import Tensor, nn

from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
from lanedet_mm.registry import MODELS

_DEFAULTS: dict[str, dict[str, Any]] = {
    'dice_focal': {'type': 'DiceFocalLoss'},
    'ohem': {'type': 'OHEMCrossEntropyLoss'},
    'lovasz': {'type': 'LovaszSoftmaxLoss'},
    'boundary': {'type': 'LaneBoundaryLoss'},
    'smoothness': {'type': 'SmoothnessLoss'},
}


@MODELS.register_module()
class PremiumLoss(SegmentationLoss):
    """Weighted sum of Dice-Focal, OHEM and optional terms.

    A term of weight 0 is not computed. After each call `parts` holds the value of every term
    before its weight, detached; `PremiumUNetHead` logs them under their names beside the sum,
    which alone is optimised.

    The OHEM term can be held back: `OHEMWarmupHook` lets `ohem_warmup` rise from 0 to 1, and
    `OHEMFallbackHook` lowers `ohem_fallback` when gradients explode. Both are factors of
    `ohem_weight`, 1 without the hooks, and in no checkpoint of the weights.

    Args:
        dice_focal_weight: Weight of `DiceFocalLoss`.
        ohem_weight: Weight of `OHEMCrossEntropyLoss`.
        lovasz_weight: Weight of `LovaszSoftmaxLoss`; 0.2 where it is used.
        boundary_weight: Weight of `LaneBoundaryLoss`; 0.1 where it is used.
        smoothness_weight: Weight of `SmoothnessLoss`; 0.05 where it is used.
        options: Term to options of its loss, `{'ohem': {'thresh': 1.0}}`; a `type` replaces it.
        loss_weight: Factor of the whole.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    ohem_warmup: Tensor
    ohem_fallback: Tensor

    def __init__(
        self,
        *,
        dice_focal_weight: float = 0.6,
        ohem_weight: float = 0.4,
        lovasz_weight: float = 0.0,
        boundary_weight: float = 0.0,
        smoothness_weight: float = 0.0,
        options: dict[str, dict[str, Any]] | None = None,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_premium',
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        options = options or {}
        if unknown := set(options) - set(_DEFAULTS):
            raise ValueError(
                f'options of the unknown terms {sorted(unknown)}; there are {sorted(_DEFAULTS)}'
            )
        weights = {
            'dice_focal': dice_focal_weight,
            'ohem': ohem_weight,
            'lovasz': lovasz_weight,
            'boundary': boundary_weight,
            'smoothness': smoothness_weight,
        }
        if min(weights.values()) < 0 or not any(weights.values()):
            raise ValueError(f'weights are {weights}; needed are 0 or more, and one above 0')
        self.weights = {name: weight for name, weight in weights.items() if weight}
        self.terms = nn.ModuleDict(
            {
                name: MODELS.build({**_DEFAULTS[name], **options.get(name, {})})
                for name in self.weights
            }
        )
        self.parts: dict[str, Tensor] = {}
        self.register_buffer('ohem_warmup', torch.ones(()), persistent=False)
        self.register_buffer('ohem_fallback', torch.ones(()), persistent=False)

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """The sum; its terms are kept in `parts`."""
        values = {
            name: term(logits, label, ignore_index=ignore_index)
            for name, term in self.terms.items()
        }
        self.parts = {name: value.detach() for name, value in values.items()}
        if 'ohem' in values:
            values['ohem'] = values['ohem'] * self.ohem_warmup * self.ohem_fallback
        return torch.stack([self.weights[name] * value for name, value in values.items()]).sum()
