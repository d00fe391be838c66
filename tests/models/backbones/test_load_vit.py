import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.registry import MODELS

ARCH = {'embed_dims': 24, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 48}
NORM = {'mean': [123.675, 116.28, 103.53], 'std': [58.395, 57.12, 57.375]}


def pretrainer(side: int = 64) -> nn.Module:
    """mmpretrain's MAE with weights that differ everywhere."""
    init_default_scope('lanedet_mm')
    torch.manual_seed(1)
    model = MODELS.build(
        {
            'type': 'MAE',
            '_scope_': 'mmpretrain',
            'data_preprocessor': {'type': 'SelfSupDataPreprocessor', **NORM, 'to_rgb': True},
            'backbone': {'type': 'MAEViT', 'arch': ARCH, 'img_size': side, 'patch_size': 16},
            'neck': {
                'type': 'MAEPretrainDecoder',
                'num_patches': (side // 16) ** 2,
                'embed_dim': 24,
                'decoder_embed_dim': 16,
                'decoder_depth': 1,
                'decoder_num_heads': 2,
            },
            'head': {
                'type': 'MAEPretrainHead',
                'patch_size': 16,
                'loss': {'type': 'PixelReconstructionLoss', 'criterion': 'L2'},
            },
        }
    )
    model.init_weights()
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.1 * torch.randn_like(weight)
    return model.eval()


def save(path: Path, weights: dict[str, Any]) -> str:
    torch.save({'meta': {}, 'state_dict': weights}, path)
    return str(path)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is logged."""
    said: list[str] = []
    logger = MMLogger.get_instance('load_vit')
    monkeypatch.setattr(logger, 'handle', lambda record: said.append(record.getMessage()))
    logger.setLevel(logging.INFO)
    return said


def segmentor(checkpoint: str | None, side: int = 64, **arch: int) -> nn.Module:
    init_default_scope('lanedet_mm')
    backbone = {
        'type': 'ViTPyramid',
        'vit': {'arch': {**ARCH, **arch}, 'img_size': side},
        'stem_channels': (4, 4),
        'token_channels': (4, 4),
        'pretrained': checkpoint,
    }
    model = MODELS.build(
        {
            'type': 'EncoderDecoder',
            'data_preprocessor': {
                'type': 'SegDataPreProcessor',
                **NORM,
                'bgr_to_rgb': True,
                'size_divisor': 1,
            },
            'backbone': backbone,
            'decode_head': {
                'type': 'PremiumUNetHead',
                'in_channels': (4, 4, 4, 4),
                'channels': (4, 4, 4),
                'num_classes': 3,
                'loss_decode': {'type': 'DiceFocalLoss'},
            },
            'train_cfg': {},
            'test_cfg': {'mode': 'whole'},
        }
    )
    model.init_weights()
    return model.eval()


def test_the_loaded_features_are_the_pretrainers_on_the_same_tile(
    tmp_path: Path, lines: list[str]
) -> None:
    mae = pretrainer()
    model = segmentor(save(tmp_path / 'mae.pth', mae.state_dict()))
    rng = np.random.default_rng(0)
    tile = torch.from_numpy(rng.integers(0, 256, (3, 64, 64), dtype=np.uint8))  # BGR
    seen = mae.data_preprocessor({'inputs': tile[None], 'data_samples': []})['inputs']
    (want,) = mae.backbone(seen, mask=None)  # (1, 1 + 16, 24): class token first
    now = model.data_preprocessor({'inputs': [tile], 'data_samples': None}, training=False)
    (got,) = model.backbone.vit(now['inputs'])
    torch.testing.assert_close(got.flatten(2).transpose(1, 2), want[:, 1:])
    assert got.std() > 0.1
    untrained = segmentor(None).backbone.vit(now['inputs'])[0]
    assert (untrained - got).abs().mean() > 0.1
    loaded = len(model.backbone.vit.state_dict())
    said = [line for line in lines if 'loaded' in line]
    assert f'loaded {loaded} of {loaded} weights of the encoder' in said[-1]
    neck = sum(key.startswith('neck.') for key in mae.state_dict())
    assert f'left out {neck} of neck' in said[-1]


def test_an_encoder_alone_loads_too(tmp_path: Path) -> None:
    mae = pretrainer()
    model = segmentor(save(tmp_path / 'encoder.pth', mae.backbone.state_dict()))
    assert torch.equal(model.backbone.vit.ln1.weight, mae.backbone.ln1.weight)


def test_position_embeddings_are_interpolated_and_said_to_be(
    tmp_path: Path, lines: list[str]
) -> None:
    mae = pretrainer(side=64)
    ramp = torch.linspace(0, 1, 4)[:, None].expand(4, 4)  # grows with the row
    mae.backbone.pos_embed.data[0, 1:, 0] = ramp.flatten()
    model = segmentor(save(tmp_path / 'mae.pth', mae.state_dict()), side=128)
    got = model.backbone.vit.pos_embed
    assert got.shape == (1, 1 + 64, 24)
    grid = got[0, 1:, 0].reshape(8, 8)
    assert (grid.diff(dim=0)[1:-1] > 0).all()
    torch.testing.assert_close(grid[:, 0], grid[:, 7])
    assert torch.equal(got[0, 0], mae.backbone.pos_embed[0, 0])
    assert any('interpolated from 4 x 4 to 8 x 8 patches' in line for line in lines)


def test_every_weight_that_does_not_fit_is_listed(tmp_path: Path) -> None:
    weights = dict(pretrainer().state_dict())
    del weights['backbone.layers.1.ln2.bias']
    weights['backbone.layers.9.ln2.bias'] = torch.zeros(24)
    weights['backbone.ln1.weight'] = torch.zeros(7)
    with pytest.raises(ValueError, match='3 weights') as caught:
        segmentor(save(tmp_path / 'broken.pth', weights))
    for problem in (
        'missing layers.1.ln2.bias',
        'unexpected layers.9.ln2.bias',
        'ln1.weight has shape (7,), needed is (24,)',
    ):
        assert problem in str(caught.value)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / 'mae.pth', pretrainer().state_dict())
    with pytest.raises(ValueError, match=r'missing layers\.2\.'):
        segmentor(path, num_layers=3)


@pytest.mark.parametrize('gone', ['gone/mae.pth', 'http://127.0.0.1:9/mae.pth'])
def test_a_checkpoint_that_cannot_be_had_is_no_reason_to_start_from_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r'backbone\.pretrained=None'):
        segmentor(gone)


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return (Path.touch, (Path(tmp_path / 'ran'),))

    torch.save({'state_dict': {}, 'meta': Hostile()}, tmp_path / 'hostile.pth')
    with pytest.raises(Exception, match=r'[Ww]eights'):
        segmentor(str(tmp_path / 'hostile.pth'))
    assert not (tmp_path / 'ran').exists()
