from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

ARCH = {'embed_dims': 24, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 48}
CONFIG = {
    'type': 'ViTPyramid',
    'vit': {'arch': ARCH, 'img_size': 64},
    'stem_channels': (4, 6),
    'token_channels': (8, 10, 12),
}


@pytest.mark.parametrize('size', [(64, 64), (32, 80), (37, 51), (1, 17)])
def test_every_stride_also_of_sizes_that_are_no_multiple_of_a_patch(
    build: Callable[..., nn.Module], size: tuple[int, int]
) -> None:
    features = build(CONFIG).eval()(torch.randn(2, 3, *size))
    want = [
        (2, width, -(-size[0] // stride), -(-size[1] // stride))
        for width, stride in zip((4, 6, 8, 10, 12), (2, 4, 8, 16, 32), strict=True)
    ]
    assert [tuple(one.shape) for one in features] == want


def test_stride_32_is_left_out_where_it_has_no_channels(build: Callable[..., nn.Module]) -> None:
    features = build({**CONFIG, 'token_channels': (8, 10)})(torch.randn(2, 3, 64, 64))
    assert [one.shape[1] for one in features] == [4, 6, 8, 10]


def test_contract(
    build: Callable[..., nn.Module], check: Callable[..., None], tmp_path: Path
) -> None:
    check(build(CONFIG), torch.randn(2, 3, 64, 64), tmp_path)


@pytest.mark.parametrize(('stride', 'reach'), [(2, 8), (4, 16)])
def test_fine_features_see_the_image_and_not_the_tokens(
    build: Callable[..., nn.Module], stride: int, reach: int
) -> None:
    model = build(CONFIG).eval()
    image = torch.randn(1, 3, 64, 64)
    changed = image.clone()
    changed[:, :, 30, 33] += 5
    level = {2: 0, 4: 1}[stride]
    difference = (model(image)[level] - model(changed)[level]).abs().sum(1)[0]
    rows, cols = difference.nonzero().T * stride
    assert len(rows) > 0
    assert (rows - 30).abs().max() <= reach
    assert (cols - 33).abs().max() <= reach


def test_features_of_every_stride_lie_where_the_image_has_them(
    build: Callable[..., nn.Module],
) -> None:
    # A bright patch moves the features of its own place most, at each stride.
    model = build(CONFIG).eval()
    image = torch.zeros(1, 3, 64, 64)
    changed = image.clone()
    changed[:, :, 32:48, 16:32] = 3
    for stride, before, after in zip((2, 4, 8, 16), model(image), model(changed), strict=False):
        moved = (before - after).abs().sum(1)[0]
        row, col = divmod(int(moved.argmax()), moved.shape[1])
        assert 32 <= row * stride < 48
        assert 16 <= col * stride < 32


@pytest.mark.parametrize(
    'wrong', [{'stem_channels': (4,)}, {'token_channels': (8,)}, {'token_channels': (8, 8, 8, 8)}]
)
def test_wrong_numbers_of_channels_are_named(
    build: Callable[..., nn.Module], wrong: dict[str, tuple[int, ...]]
) -> None:
    with pytest.raises(ValueError, match='needed are two of the one, for strides 2 and 4'):
        build({**CONFIG, **wrong})
