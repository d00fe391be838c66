"""Networks, losses and their parts."""

from lanedet_mm.models.backbones import UNetEncoder, ViTPyramid
from lanedet_mm.models.decode_heads import AttentionGate, EfficientHead, PremiumUNetHead
from lanedet_mm.models.distillers import SegmentorDistiller
from lanedet_mm.models.losses import (
    ChannelWiseDistillationLoss,
    DiceFocalLoss,
    DISTLoss,
    LaneBoundaryLoss,
    LogitDistillationLoss,
    LovaszSoftmaxLoss,
    OHEMCrossEntropyLoss,
    PremiumLoss,
    SmoothnessLoss,
)

__all__ = [
    'AttentionGate',
    'ChannelWiseDistillationLoss',
    'DISTLoss',
    'DiceFocalLoss',
    'EfficientHead',
    'LaneBoundaryLoss',
    'LogitDistillationLoss',
    'LovaszSoftmaxLoss',
    'OHEMCrossEntropyLoss',
    'PremiumLoss',
    'PremiumUNetHead',
    'SegmentorDistiller',
    'SmoothnessLoss',
    'UNetEncoder',
    'ViTPyramid',
]
