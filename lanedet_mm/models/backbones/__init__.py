"""Encoders."""

from lanedet_mm.models.backbones.unet_encoder import UNetEncoder

__all__ = ['UNetEncoder']
