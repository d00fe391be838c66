from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from lanedet_mm.models.decode_heads import AttentionGate

CONFIG = {
    'type': 'PremiumUNetHead',
    'in_channels': (4, 6, 8, 16),
    'channels': (4, 6, 8),
    'num_classes': 3,
    'loss_decode': {'type': 'DiceFocalLoss'},
}


def features(sizes: list[tuple[int, int]], batch: int = 2) -> tuple[Tensor, ...]:
    channels = CONFIG['in_channels']
    return tuple(torch.randn(batch, c, *s) for c, s in zip(channels, sizes, strict=True))


@pytest.mark.parametrize('use_attention', [True, False])
@pytest.mark.parametrize(
    'sizes',
    [
        [(32, 48), (16, 24), (8, 12), (4, 6)],
        [(37, 50), (18, 25), (9, 12), (4, 6)],  # odd
        [(32, 32), (8, 8), (4, 4), (4, 4)],  # strides 1, 4, 8, 8
    ],
)
def test_logits_have_the_size_of_the_finest_skip(
    build: Callable[..., nn.Module], sizes: list[tuple[int, int]], use_attention: bool
) -> None:
    head = build({**CONFIG, 'use_attention': use_attention})
    assert head(features(sizes)).shape == (2, 3, *sizes[0])


@pytest.mark.parametrize('use_attention', [True, False])
def test_contract(
    build: Callable[..., nn.Module], check: Callable[..., None], tmp_path: Path, use_attention: bool
) -> None:
    head = build({**CONFIG, 'use_attention': use_attention, 'dropout': 0.0})
    check(head, features([(16, 24), (8, 12), (4, 6), (2, 3)]), tmp_path)


def test_attention_is_switched_off_with_its_parameters(build: Callable[..., nn.Module]) -> None:
    names = [n for n, _ in build({**CONFIG, 'use_attention': False}).named_parameters()]
    assert not [name for name in names if 'gates' in name]


def test_wrong_number_of_widths_is_refused(build: Callable[..., nn.Module]) -> None:
    with pytest.raises(ValueError, match='2 decoder widths for 4 features; needed are 3'):
        build({**CONFIG, 'channels': (4, 6)})


def test_background_starts_at_its_prior(build: Callable[..., nn.Module]) -> None:
    head = build({**CONFIG, 'background_prior': 0.9, 'dropout': 0.0})
    head.init_weights()
    logits = head(tuple(torch.zeros_like(f) for f in features([(8, 8), (4, 4), (2, 2), (1, 1)])))
    assert logits.softmax(1).mean((0, 2, 3)).tolist() == pytest.approx([0.9, 0.05, 0.05], abs=0.01)


def test_gate_scales_every_channel_of_a_pixel_alike_by_at_most_1() -> None:
    gate = AttentionGate(6, 8, norm_cfg={'type': 'BN'}).eval()
    skip, signal = torch.rand(1, 6, 5, 5) + 0.5, torch.randn(1, 8, 5, 5)
    share = gate(skip, signal) / skip
    assert torch.allclose(share, share[:, :1].expand_as(share), atol=1e-6)
    assert share.min() > 0
    assert share.max() < 1
