"""Decoders."""

from lanedet_mm.models.decode_heads.attention_gate import AttentionGate
from lanedet_mm.models.decode_heads.premium_unet_head import PremiumUNetHead

__all__ = ['AttentionGate', 'PremiumUNetHead']
