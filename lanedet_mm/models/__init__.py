"""Networks, losses and their parts."""

from lanedet_mm.models.backbones import UNetEncoder, ViTPyramid
from lanedet_mm.models.decode_heads import AttentionGate, PremiumUNetHead
from lanedet_mm.models.losses import (
    DiceFocalLoss,
    LaneBoundaryLoss,
    LovaszSoftmaxLoss,
    OHEMCrossEntropyLoss,
    PremiumLoss,
    SmoothnessLoss,
)

__all__ = [
    'AttentionGate',
    'DiceFocalLoss',
    'LaneBoundaryLoss',
    'LovaszSoftmaxLoss',
    'OHEMCrossEntropyLoss',
    'PremiumLoss',
    'PremiumUNetHead',
    'SmoothnessLoss',
    'UNetEncoder',
    'ViTPyramid',
]
