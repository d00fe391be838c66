from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

CONFIG = {'type': 'UNetEncoder', 'widths': (4, 6, 8), 'convs_per_stage': 2}


def test_each_stage_halves_the_size_also_of_odd_images(build: Callable[..., nn.Module]) -> None:
    features = build(CONFIG)(torch.randn(2, 3, 37, 50))
    assert [tuple(f.shape) for f in features] == [(2, 4, 37, 50), (2, 6, 18, 25), (2, 8, 9, 12)]


def test_contract(
    build: Callable[..., nn.Module], check: Callable[..., None], tmp_path: Path
) -> None:
    check(build({**CONFIG, 'dropout': 0.0}), torch.randn(2, 3, 16, 24), tmp_path)


def test_dropout_acts_on_the_deepest_stage_alone(build: Callable[..., nn.Module]) -> None:
    encoder = build({**CONFIG, 'dropout': 0.99})
    *finer, deepest = encoder(torch.randn(4, 3, 16, 16))
    assert (deepest.flatten(2).abs().sum(-1) == 0).float().mean() > 0.8
    assert all((f.flatten(2).abs().sum(-1) > 0).all() for f in finer)


def test_parameters_of_the_full_encoder(build: Callable[..., nn.Module]) -> None:
    encoder = build({'type': 'UNetEncoder'})
    # 3x3 convolutions in -> w, w -> w, w -> w and 2w of batch norm each, over five stages.
    pairs = [(3, 32), (32, 64), (64, 128), (128, 256), (256, 512)]
    expected = sum(9 * (i * w + 2 * w * w) + 6 * w for i, w in pairs)
    assert sum(p.numel() for p in encoder.parameters()) == pytest.approx(expected)
