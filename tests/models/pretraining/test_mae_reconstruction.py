from collections.abc import Callable

import pytest
import torch
from mmpretrain.models import MAE
from torch import Tensor

from lanedet_mm.models.pretraining import MAEReconstruction

BuildMAE = Callable[..., MAE]


def predict(
    monkeypatch: pytest.MonkeyPatch, model: MAE, predicted: Callable[[Tensor], Tensor] | float
) -> None:
    """Make the decoder say this of the truth that the loss compares with, or one number."""
    truth: list[Tensor] = []
    prepare = model.data_preprocessor.forward

    def keep_truth(data: dict[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        prepared: dict[str, Tensor] = prepare(data, training)
        truth[:] = [model.head.construct_target(prepared['inputs'])]
        return prepared

    def say(latent: Tensor, ids: Tensor) -> Tensor:
        if callable(predicted):
            return predicted(truth[0])
        return torch.full_like(truth[0], predicted)

    monkeypatch.setattr(model.data_preprocessor, 'forward', keep_truth)
    monkeypatch.setattr(model.neck, 'forward', say)


@pytest.mark.parametrize('norm_pix', [True, False])
def test_who_predicts_the_truth_paints_the_original_in_true_colours(
    monkeypatch: pytest.MonkeyPatch, build_mae: BuildMAE, tiles: Tensor, norm_pix: bool
) -> None:
    model = build_mae(norm_pix=norm_pix)
    predict(monkeypatch, model, lambda truth: truth)
    result = MAEReconstruction.of(model, tiles)
    torch.testing.assert_close(result.original, tiles[:, [2, 1, 0]] / 255)
    torch.testing.assert_close(result.filled, result.original, rtol=0, atol=1e-5)
    assert result.mse() == pytest.approx(0, abs=1e-10)


def test_who_predicts_nothing_paints_what_he_was_given(
    monkeypatch: pytest.MonkeyPatch, build_mae: BuildMAE, tiles: Tensor
) -> None:
    for norm_pix, wanted in (
        (False, torch.tensor([123.675, 116.28, 103.53]) / 255),  # ImageNet's mean
        (True, None),  # each patch's own mean
    ):
        model = build_mae(norm_pix=norm_pix)
        predict(monkeypatch, model, 0.0)
        result = MAEReconstruction.of(model, tiles)
        col, row = 16, 32  # of the patch in row 2, column 1
        while not result.hidden[0, 0, row, col]:
            col += 16
        patch = result.filled[0, :, row : row + 16, col : col + 16]
        assert patch.flatten(1).std(1).max() < 1e-6
        if wanted is not None:
            torch.testing.assert_close(patch[:, 0, 0], wanted)
        else:
            shown = (result.original[0, :, row : row + 16, col : col + 16] * 255).flatten(1)
            scale = torch.tensor([58.395, 57.12, 57.375])
            means = torch.tensor([123.675, 116.28, 103.53])
            mean = ((shown - means[:, None]) / scale[:, None]).mean()
            torch.testing.assert_close(patch[:, 0, 0], (mean * scale + means) / 255)


def test_visible_patches_are_left_as_they_are_and_the_rest_is_between_black_and_white(
    monkeypatch: pytest.MonkeyPatch, build_mae: BuildMAE, tiles: Tensor
) -> None:
    model = build_mae(norm_pix=False)
    predict(monkeypatch, model, 100.0)
    result = MAEReconstruction.of(model, tiles)
    hidden = result.hidden.bool().expand_as(result.filled)
    assert torch.equal(result.filled[~hidden], result.original[~hidden])
    assert (result.filled[hidden] == 1).all()
    # 12 of 16 patches, whole ones.
    blocks = result.hidden.unfold(2, 16, 16).unfold(3, 16, 16).flatten(4).mean(-1)
    assert sorted(blocks[0].flatten().tolist()) == [0.0] * 4 + [1.0] * 12


def test_the_seed_alone_decides_what_is_hidden(build_mae: BuildMAE, tiles: Tensor) -> None:
    model = build_mae()
    torch.manual_seed(1)
    first = MAEReconstruction.of(model, tiles, seed=3)
    torch.manual_seed(2)
    again = MAEReconstruction.of(model, tiles, seed=3)
    assert torch.equal(first.hidden, again.hidden)
    assert torch.equal(first.filled, again.filled)
    assert not torch.equal(first.hidden, MAEReconstruction.of(model, tiles, seed=4).hidden)
    assert not torch.equal(first.hidden[0], first.hidden[1])


@pytest.mark.parametrize('is_training', [True, False])
def test_the_training_goes_on_as_if_nobody_had_looked(
    build_mae: BuildMAE, tiles: Tensor, is_training: bool
) -> None:
    model = build_mae().train(is_training)
    torch.manual_seed(9)
    expected = torch.rand(4)
    torch.manual_seed(9)
    result = MAEReconstruction.of(model, tiles)
    assert torch.equal(torch.rand(4), expected)
    assert model.training is model.backbone.training is is_training
    assert not result.filled.requires_grad
    assert all(weight.grad is None for weight in model.parameters())


def test_errors_by_hand() -> None:
    # One row of four pixels, the last two hidden; the channels of a tile are alike.
    rows = torch.tensor([[0.2, 0.4, 0.9, 0.5], [1.0, 1.0, 1.0, 0.8]])
    original = rows[:, None, None].repeat(1, 3, 1, 1)
    hidden = torch.tensor([0.0, 0, 1, 1]).expand(2, 1, 1, 4)
    filled = original.clone()
    filled[0, :, 0, 2] = 0.8
    result = MAEReconstruction(original, filled, hidden)
    assert result.mse() == pytest.approx((0.1**2) / 4)
    # The means of what is seen are 0.3 and 1.0: errors of 0.6, 0.2, 0 and 0.2.
    assert result.mse_of_visible_mean() == pytest.approx((0.36 + 0.04 + 0 + 0.04) / 4)


def test_the_mean_colour_is_a_mean_of_each_channel() -> None:
    original = torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.5, 0.2]])[None, :, None]  # (1, 3, 1, 2)
    hidden = torch.tensor([0.0, 1.0]).reshape(1, 1, 1, 2)
    result = MAEReconstruction(original, original, hidden)
    assert result.mse_of_visible_mean() == pytest.approx(0.3**2 / 3)
