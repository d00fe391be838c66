"""Decoders."""

from lanedet_mm.models.decode_heads.attention_gate import AttentionGate
from lanedet_mm.models.decode_heads.efficient_head import EfficientHead
from lanedet_mm.models.decode_heads.lane_decode_head import LaneDecodeHead
from lanedet_mm.models.decode_heads.premium_unet_head import PremiumUNetHead

__all__ = ['AttentionGate', 'EfficientHead', 'LaneDecodeHead', 'PremiumUNetHead']
