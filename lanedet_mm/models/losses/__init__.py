"""Losses: a pure function and a thin module each."""

from lanedet_mm.models.losses.channel_wise_distillation_loss import (
    ChannelWiseDistillationLoss,
    channel_wise_kl,
)
from lanedet_mm.models.losses.dice_focal_loss import DiceFocalLoss, class_dice, focal_loss
from lanedet_mm.models.losses.dist_loss import (
    DISTLoss,
    inter_class_relation,
    intra_class_relation,
)
from lanedet_mm.models.losses.distillation_loss import DistillationLoss
from lanedet_mm.models.losses.lane_boundary_loss import LaneBoundaryLoss, lane_boundary
from lanedet_mm.models.losses.logit_distillation_loss import LogitDistillationLoss, softened_kl
from lanedet_mm.models.losses.lovasz_softmax_loss import LovaszSoftmaxLoss, lovasz_softmax
from lanedet_mm.models.losses.ohem_cross_entropy_loss import (
    OHEMCrossEntropyLoss,
    hard_pixels,
    pixel_cross_entropy,
)
from lanedet_mm.models.losses.premium_loss import PremiumLoss
from lanedet_mm.models.losses.smoothness_loss import SmoothnessLoss, smoothness

__all__ = [
    'ChannelWiseDistillationLoss',
    'DISTLoss',
    'DiceFocalLoss',
    'DistillationLoss',
    'LaneBoundaryLoss',
    'LogitDistillationLoss',
    'LovaszSoftmaxLoss',
    'OHEMCrossEntropyLoss',
    'PremiumLoss',
    'SmoothnessLoss',
    'channel_wise_kl',
    'class_dice',
    'focal_loss',
    'hard_pixels',
    'inter_class_relation',
    'intra_class_relation',
    'lane_boundary',
    'lovasz_softmax',
    'pixel_cross_entropy',
    'smoothness',
    'softened_kl',
]
