"""Encoders."""

from lanedet_mm.models.backbones.unet_encoder import UNetEncoder
from lanedet_mm.models.backbones.vit_pyramid import ViTPyramid

__all__ = ['UNetEncoder', 'ViTPyramid']
