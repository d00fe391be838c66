"""Who gets which learning rate."""

from lanedet_mm.engine.optim_wrapper_constructors.vit_layer_decay_constructor import (
    ViTLayerDecayConstructor,
)

__all__ = ['ViTLayerDecayConstructor']
