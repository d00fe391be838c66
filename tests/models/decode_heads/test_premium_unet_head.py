from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
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


SIZES = [(16, 24), (8, 12), (4, 6), (2, 3)]


def samples(label: Tensor) -> list[SegDataSample]:
    return [SegDataSample(gt_sem_seg=PixelData(data=one.unsqueeze(0))) for one in label]


def test_parts_are_logged_and_only_the_sum_is_optimised(build: Callable[..., nn.Module]) -> None:
    head = build({**CONFIG, 'loss_decode': {'type': 'PremiumLoss'}})
    losses = head.loss(features(SIZES), samples(torch.randint(0, 3, (2, 32, 48))), {})
    assert set(losses) == {'loss_premium', 'dice_focal', 'ohem', 'acc_seg'}
    total, logged = BaseModel.parse_losses(None, losses)
    expected = 0.6 * losses['dice_focal'] + 0.4 * losses['ohem']
    assert total.item() == pytest.approx(losses['loss_premium'].item())
    assert total.item() == pytest.approx(expected.item())
    assert {'dice_focal', 'ohem'} <= set(logged)


def test_deep_supervision_adds_the_weighted_losses_of_coarser_stages(
    build: Callable[..., nn.Module],
) -> None:
    weight = 0.25
    options = {**CONFIG, 'dropout': 0.0, 'deep_supervision': weight}
    head, label = build(options), torch.randint(0, 3, (2, 16, 24))
    inputs = features(SIZES)
    losses = head.loss(inputs, samples(label), {})
    names = [f'stage{index}.loss_dice_focal' for index in (1, 2)]
    assert set(losses) == {'loss_dice_focal', 'acc_seg', *names}
    coarse = head.coarse_logits[0](head._decode(inputs)[1])
    assert coarse.shape[2:] == SIZES[1]
    expected = head.loss_by_feat(coarse, samples(label))['loss_dice_focal'] * weight
    assert losses[names[0]].item() == pytest.approx(expected.item(), rel=1e-5)
    sum(losses[name] for name in ('loss_dice_focal', *names)).backward()
    assert all(one.grad is not None and one.grad.any() for one in head.parameters())


def test_deep_supervision_is_not_in_a_prediction(build: Callable[..., nn.Module]) -> None:
    with_it = build({**CONFIG, 'deep_supervision': 0.4}).eval()
    without = build(CONFIG).eval()
    without.load_state_dict(with_it.state_dict(), strict=False)
    inputs = features(SIZES)
    assert torch.equal(with_it(inputs), without(inputs))
    assert not [name for name, _ in without.named_parameters() if 'coarse' in name]
    with_it.init_weights()
    prior = with_it.coarse_logits[0].bias.softmax(0)
    assert prior.tolist() == pytest.approx([0.95, 0.025, 0.025], abs=1e-4)


def test_negative_deep_supervision_is_refused(build: Callable[..., nn.Module]) -> None:
    with pytest.raises(ValueError, match='deep_supervision is -1; needed is 0 or more'):
        build({**CONFIG, 'deep_supervision': -1})


def test_mmseg_s_pixel_sampler_weighs_its_cross_entropy(build: Callable[..., nn.Module]) -> None:
    entropy = {'type': 'CrossEntropyLoss'}
    sampler = {'type': 'OHEMPixelSampler', 'thresh': 0.7, 'min_kept': 8}
    label, logits = torch.randint(0, 3, (2, 16, 24)), torch.randn(2, 3, 16, 24) * 4
    plain, sampled = (
        build({**CONFIG, 'loss_decode': entropy, 'sampler': one}).loss_by_feat(
            logits, samples(label)
        )['loss_ce']
        for one in (None, sampler)
    )
    true = logits.softmax(1).gather(1, label.unsqueeze(1))
    easy = -true[true >= 0.7].log().sum() / true.numel()  # what the sampler leaves out
    assert (plain - sampled).item() == pytest.approx(easy.item(), rel=1e-4)
