from collections.abc import Callable

import pytest
import torch
from mmpretrain.models import MAE
from torch import Tensor

from lanedet_mm.models.pretraining import token_features

BuildMAE = Callable[..., MAE]


def test_nothing_is_hidden_and_training_is_left_alone(build_mae: BuildMAE, tiles: Tensor) -> None:
    model = build_mae().train()
    torch.manual_seed(1)
    expected = torch.rand(4)
    torch.manual_seed(1)
    first = token_features(model, tiles)
    assert first.shape == (3, 16, 32)
    assert torch.equal(first, token_features(model, tiles))
    assert torch.equal(torch.rand(4), expected)
    assert model.training
    assert not first.requires_grad
    assert not token_features(model.eval(), tiles).requires_grad
    assert not model.training


def test_patches_come_row_by_row_without_the_class_token(
    build_mae: BuildMAE, tiles: Tensor
) -> None:
    model = build_mae()
    for layer in model.backbone.layers:  # without attention no patch hears of another
        torch.nn.init.zeros_(layer.attn.proj.weight)
    changed = tiles.clone()
    changed[1, :, 16:32, 48:64] = 0  # row 1, column 3
    differs = (token_features(model, tiles) != token_features(model, changed)).any(2)
    assert differs.nonzero().tolist() == [[1, 7]]


def test_a_tile_does_not_hear_of_the_others(build_mae: BuildMAE, tiles: Tensor) -> None:
    model = build_mae()
    together = token_features(model, tiles)
    torch.testing.assert_close(token_features(model, tiles[2:])[0], together[2])


@pytest.mark.parametrize('dtype', [torch.uint8, torch.float32])
def test_pixels_are_prepared_as_in_training(
    build_mae: BuildMAE, tiles: Tensor, dtype: torch.dtype
) -> None:
    model = build_mae()
    means = model.data_preprocessor.mean.flatten()
    scale = model.data_preprocessor.std.flatten()
    rgb = tiles[:, [2, 1, 0]].float()
    seen = (rgb - means[:, None, None]) / scale[:, None, None]
    model.eval()
    with torch.no_grad():
        (expected,) = model.extract_feat(seen)
    torch.testing.assert_close(token_features(model, tiles.to(dtype)), expected[:, 1:])
