"""What a pretrained model has learned, as numbers and pixels."""

from lanedet_mm.models.pretraining.mae_reconstruction import MAEReconstruction
from lanedet_mm.models.pretraining.token_features import token_features

__all__ = ['MAEReconstruction', 'token_features']
