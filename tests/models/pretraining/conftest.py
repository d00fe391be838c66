from collections.abc import Callable

import pytest
import torch
from mmengine.registry import init_default_scope
from mmpretrain.models import MAE

from lanedet_mm.registry import MODELS

BuildMAE = Callable[..., MAE]


@pytest.fixture
def build_mae() -> BuildMAE:
    """mmpretrain's MAE for 64 px, 4 x 4 patches, with a fixed seed."""

    def build(*, norm_pix: bool = True) -> MAE:
        init_default_scope('lanedet_mm')
        torch.manual_seed(0)
        arch = {'embed_dims': 32, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 64}
        model = MODELS.build(
            {
                'type': 'MAE',
                '_scope_': 'mmpretrain',
                'data_preprocessor': {
                    'type': 'SelfSupDataPreprocessor',
                    'mean': [123.675, 116.28, 103.53],
                    'std': [58.395, 57.12, 57.375],
                    'to_rgb': True,
                },
                'backbone': {'type': 'MAEViT', 'arch': arch, 'img_size': 64, 'patch_size': 16},
                'neck': {
                    'type': 'MAEPretrainDecoder',
                    'num_patches': 16,
                    'embed_dim': 32,
                    'decoder_embed_dim': 32,
                    'decoder_depth': 1,
                    'decoder_num_heads': 2,
                },
                'head': {
                    'type': 'MAEPretrainHead',
                    'norm_pix': norm_pix,
                    'loss': {'type': 'PixelReconstructionLoss', 'criterion': 'L2'},
                },
            }
        )
        model.init_weights()
        return model

    return build


@pytest.fixture
def tiles() -> torch.Tensor:
    """Noise as the data set gives it: BGR in [0, 255], shape (3, 3, 64, 64)."""
    generator = torch.Generator().manual_seed(5)
    return torch.randint(0, 256, (3, 3, 64, 64), dtype=torch.uint8, generator=generator)
