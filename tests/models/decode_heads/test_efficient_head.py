from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from lanedet_mm.models.complexity import count_macs

CONFIG: dict[str, Any] = {
    'type': 'EfficientHead',
    'in_channels': (4, 6, 8, 16),
    'channels': (5, 6, 7, 9),
    'num_classes': 3,
    'loss_decode': {'type': 'DiceFocalLoss'},
}
SIZES = [(16, 24), (8, 12), (4, 6), (2, 3)]
# The plan's student: what MobileNetV2 gives at strides 4 to 32, and separable convolutions.
PLAN = {**CONFIG, 'in_channels': (24, 32, 96, 320), 'channels': (32, 64, 128, 256)}


def features(
    sizes: list[tuple[int, int]], channels: tuple[int, ...] = CONFIG['in_channels']
) -> tuple[Tensor, ...]:
    return tuple(torch.randn(2, c, *s) for c, s in zip(channels, sizes, strict=True))


def samples(label: Tensor) -> list[SegDataSample]:
    return [SegDataSample(gt_sem_seg=PixelData(data=one.unsqueeze(0))) for one in label]


@pytest.mark.parametrize(
    'sizes',
    [
        [(32, 48), (16, 24), (8, 12), (4, 6)],
        [(37, 50), (19, 25), (10, 13), (5, 7)],  # odd
        [(32, 32), (8, 8), (4, 4), (4, 4)],  # strides 1, 4, 8, 8
        [(33, 47), (17, 24)],  # one skip
        [(7, 5)],  # none
    ],
)
def test_contract_at_any_size_with_any_number_of_skips(
    build: Callable[..., nn.Module],
    check: Callable[..., None],
    tmp_path: Path,
    sizes: list[tuple[int, int]],
) -> None:
    depth = len(sizes)
    options = {key: CONFIG[key][:depth] for key in ('in_channels', 'channels')}
    head, inputs = build({**CONFIG, **options}), features(sizes, options['in_channels'])
    assert head(inputs).shape == (2, 3, *sizes[0])
    check(head, inputs, tmp_path)


@pytest.mark.parametrize('scale', [2, 4])
def test_logits_are_as_fine_as_asked(
    build: Callable[..., nn.Module], check: Callable[..., None], tmp_path: Path, scale: int
) -> None:
    head, inputs = build({**CONFIG, 'logits_scale': scale}), features(SIZES)
    assert head(inputs).shape == (2, 3, 16 * scale, 24 * scale)
    check(head, inputs, tmp_path)


@pytest.mark.parametrize('convs', [1, 3])
def test_a_stage_has_the_parameters_that_it_has_by_hand(
    build: Callable[..., nn.Module], convs: int
) -> None:
    head = build({**PLAN, 'convs_per_stage': convs})
    finest = sum(one.numel() for one in head.stages[0].parameters())
    # 3x3 on each of the skip's 24 and the 64 channels from below, 1x1 to 32; batch norm after both.
    first = 9 * (24 + 64) + 2 * (24 + 64) + (24 + 64) * 32 + 2 * 32
    further = 9 * 32 + 2 * 32 + 32 * 32 + 2 * 32
    assert finest == first + (convs - 1) * further


@pytest.mark.parametrize('dense', [0, 1, 2, 4])
def test_the_finest_stages_are_dense_and_no_others(
    build: Callable[..., nn.Module],
    check: Callable[..., None],
    tmp_path: Path,
    dense: int,
) -> None:
    head = build({**CONFIG, 'dense_stages': dense, 'convs_per_stage': 2})
    grouped = [
        any(isinstance(one, nn.Conv2d) and one.groups > 1 for one in stage.modules())
        for stage in head.stages
    ]
    assert grouped == [False] * dense + [True] * (4 - dense)
    check(head, features(SIZES), tmp_path)


def test_a_dense_stage_has_the_parameters_that_it_has_by_hand(
    build: Callable[..., nn.Module],
) -> None:
    head = build({**PLAN, 'dense_stages': 1})
    finest = sum(one.numel() for one in head.stages[0].parameters())
    assert finest == 9 * (24 + 64) * 32 + 2 * 32  # 3x3 from all to each of 32; batch norm


@pytest.mark.parametrize('dense', [-1, 5])
def test_more_dense_stages_than_stages_are_refused(
    build: Callable[..., nn.Module], dense: int
) -> None:
    with pytest.raises(ValueError, match=f'dense_stages is {dense}; needed is 0 to 4'):
        build({**CONFIG, 'dense_stages': dense})


def test_the_plan_s_decoder_has_0_15_million_parameters(
    build: Callable[..., nn.Module],
) -> None:
    head = build(PLAN)
    stages = [sum(one.numel() for one in stage.parameters()) for stage in head.stages]
    assert stages == [3_848, 12_128, 49_184, 85_952]  # 9 * 320 + 2 * 320 + 320 * 256 + 2 * 256
    assert sum(one.numel() for one in head.parameters()) == sum(stages) + 32 * 3 + 3


def test_a_pixel_of_a_stage_costs_what_it_costs_by_hand(build: Callable[..., nn.Module]) -> None:
    with torch.device('meta'):
        stage = build(PLAN).stages[0].eval()
        macs, output = count_macs(stage, torch.empty(1, 88, 5, 7))
    assert macs == (9 * 88 + 88 * 32) * 5 * 7
    assert output.shape == (1, 32, 5, 7)


def test_the_deepest_feature_reaches_every_pixel_and_a_skip_only_its_neighbours(
    build: Callable[..., nn.Module],
) -> None:
    head = build({**CONFIG, 'in_channels': (4, 6), 'channels': (5, 6)}).eval()
    inputs = features([(16, 16), (1, 1)], (4, 6))
    before = head(inputs)
    skip = inputs[0].clone()
    skip[:, :, 8, 8] += 1
    changed = (head((skip, inputs[1])) != before).any(1)
    assert changed[:, 7:10, 7:10].any()
    changed[:, 7:10, 7:10] = False
    assert not changed.any()
    assert (head((inputs[0], inputs[1] + 1)) != before).any(1).all()


def test_no_logits_are_refused(build: Callable[..., nn.Module]) -> None:
    with pytest.raises(ValueError, match='logits_scale is 0; needed is 1 or more'):
        build({**CONFIG, 'logits_scale': 0})


@pytest.mark.parametrize('channels', [(5, 6, 7), (5, 6, 7, 9, 9)])
def test_wrong_number_of_widths_is_refused(
    build: Callable[..., nn.Module], channels: tuple[int, ...]
) -> None:
    message = f'{len(channels)} decoder widths for 4 features; needed are 4: one for each'
    with pytest.raises(ValueError, match=message):
        build({**CONFIG, 'channels': channels})


@pytest.mark.parametrize('scale', [1, 2])
def test_background_starts_at_its_prior(build: Callable[..., nn.Module], scale: int) -> None:
    head = build({**CONFIG, 'background_prior': 0.9, 'logits_scale': scale})
    head.init_weights()
    logits = head(tuple(torch.zeros_like(one) for one in features(SIZES)))
    assert logits.softmax(1).mean((0, 2, 3)).tolist() == pytest.approx([0.9, 0.05, 0.05], abs=0.01)


def test_parts_are_logged_and_only_the_sum_is_optimised(build: Callable[..., nn.Module]) -> None:
    head = build({**CONFIG, 'loss_decode': {'type': 'PremiumLoss'}})
    # Labels at twice the size of the logits, which are resized to them.
    losses = head.loss(features(SIZES), samples(torch.randint(0, 3, (2, 32, 48))), {})
    assert set(losses) == {'loss_premium', 'dice_focal', 'ohem', 'acc_seg'}
    total, logged = BaseModel.parse_losses(None, losses)
    expected = 0.6 * losses['dice_focal'] + 0.4 * losses['ohem']
    assert total.item() == pytest.approx(losses['loss_premium'].item())
    assert total.item() == pytest.approx(expected.item())
    assert {'dice_focal', 'ohem'} <= set(logged)
