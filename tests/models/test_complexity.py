from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lanedet_mm.models.complexity import Complexity, count_macs, measure_complexity

Build = Callable[[dict[str, Any]], nn.Module]

UNET = {
    'type': 'EncoderDecoder',
    'backbone': {'type': 'UNetEncoder', 'widths': (2, 4), 'convs_per_stage': 1},
    'decode_head': {
        'type': 'FCNHead',
        'in_channels': 2,
        'channels': 5,
        'in_index': 0,
        'num_convs': 1,
        'concat_input': False,
        'num_classes': 3,
        'loss_decode': {'type': 'mmseg.CrossEntropyLoss'},
    },
}
# 3x3 convolutions 3 to 2 at 8 x 12 px and 2 to 4 at half of that, without biases.
ENCODER_MACS = 9 * 3 * 2 * 96 + 9 * 2 * 4 * 24
ENCODER_PARAMS = 9 * 3 * 2 + 9 * 2 * 4 + 2 * (2 + 4)  # and batch norm's scale and shift
# A 3x3 convolution 2 to 5 and a 1x1 convolution 5 to 3, both with biases.
HEAD_MACS = (9 * 2 * 5 + 5 * 3) * 96
HEAD_PARAMS = 9 * 2 * 5 + 5 + 5 * 3 + 3


def on_meta(build: Build, config: dict[str, Any]) -> nn.Module:
    with torch.device('meta'):
        return build(config)


def numbers_at(*shape: int) -> Tensor:
    return torch.empty(*shape, device='meta')


@pytest.mark.parametrize(
    ('layer', 'expected'),
    [
        (nn.Conv2d(3, 8, 3, padding=1), 9 * 3 * 8 * 4 * 6),
        (nn.Conv2d(3, 8, 3, padding=1, stride=2), 9 * 3 * 8 * 2 * 3),
        (nn.Conv2d(3, 9, 3, padding=1, groups=3), 9 * 1 * 9 * 4 * 6),
        (nn.ConvTranspose2d(3, 8, 2, stride=2), 4 * 3 * 8 * 4 * 6),
        (nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2)), 0),
    ],
)
def test_a_layer_costs_what_it_costs_by_hand(layer: nn.Module, expected: int) -> None:
    counted, output = count_macs(layer.to('meta').eval(), numbers_at(1, 3, 4, 6))
    assert counted == expected
    assert output.shape == layer(numbers_at(1, 3, 4, 6)).shape


def test_attention_counts_its_two_products() -> None:
    queries, keys = numbers_at(1, 2, 5, 4), numbers_at(1, 2, 7, 4)  # 2 heads of 4 channels
    counted, _ = count_macs(F.scaled_dot_product_attention, queries, keys, keys)
    assert counted == 2 * (2 * 5 * 7 * 4)


@pytest.mark.parametrize('kind', ['torch', 'mmpretrain'])
def test_an_attention_layer_is_its_products_and_its_projections(kind: str) -> None:
    from mmpretrain.models.utils import MultiheadAttention

    tokens = numbers_at(1, 5, 8)
    if kind == 'torch':
        inputs = [tokens] * 3
        layer = nn.MultiheadAttention(8, 2, batch_first=True)
    else:
        inputs = [tokens]
        layer = MultiheadAttention(8, 2)
    counted, _ = count_macs(layer.to('meta').eval(), *inputs)
    assert counted == 5 * 8 * (3 * 8) + 2 * (5 * 5 * 8) + 5 * 8 * 8


def test_encoder_and_head_are_the_whole(build: Build) -> None:
    assert measure_complexity(on_meta(build, UNET), size_hw=(8, 12)) == Complexity(
        encoder_params=ENCODER_PARAMS,
        head_params=HEAD_PARAMS,
        params=ENCODER_PARAMS + HEAD_PARAMS,
        encoder_macs=ENCODER_MACS,
        head_macs=HEAD_MACS,
        macs=ENCODER_MACS + HEAD_MACS,
    )


def test_a_neck_is_encoder_and_an_auxiliary_head_is_nothing(build: Build) -> None:
    plain = measure_complexity(on_meta(build, UNET), size_hw=(8, 12))
    neck = {'type': 'FPN', 'in_channels': [2, 4], 'out_channels': 2, 'num_outs': 2}
    config = {**UNET, 'neck': neck, 'auxiliary_head': UNET['decode_head']}
    counted = measure_complexity(on_meta(build, config), size_hw=(8, 12))
    lateral, smooth = 2 * 2 * 96 + 4 * 2 * 24, 9 * 2 * 2 * (96 + 24)
    assert counted.encoder_macs == plain.encoder_macs + lateral + smooth
    assert counted.macs == counted.encoder_macs + plain.head_macs
    neck_params = (2 * 2 + 2) + (4 * 2 + 2) + 2 * (9 * 2 * 2 + 2)
    assert counted.encoder_params == plain.encoder_params + neck_params
    assert counted.params == counted.encoder_params + plain.head_params


def test_a_model_with_weights_is_left_as_it_was(build: Build) -> None:
    model = build(UNET).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    counted = measure_complexity(model, size_hw=(8, 12))
    assert counted == measure_complexity(on_meta(build, UNET), size_hw=(8, 12))
    assert all(part.training for part in model.modules())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_batch_norm_of_a_single_pixel_is_counted_as_in_evaluation(build: Build) -> None:
    model = on_meta(build, UNET).train()  # in training it would be refused
    assert measure_complexity(model, size_hw=(2, 2)).encoder_macs == ENCODER_MACS // 24


def test_a_model_that_is_no_segmentor_is_refused() -> None:
    with pytest.raises(TypeError, match='the model is Conv2d; needed is an EncoderDecoder'):
        measure_complexity(nn.Conv2d(1, 1, 1), size_hw=(8, 12))


def test_an_image_below_the_deepest_stride_is_refused(build: Build) -> None:
    with pytest.raises(ValueError, match=r'an image of 1 x 12 px \(.*give a larger size'):
        measure_complexity(on_meta(build, UNET), size_hw=(1, 12))
