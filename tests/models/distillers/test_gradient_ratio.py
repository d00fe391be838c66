import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

Build = Callable[..., nn.Module]
Batch = Callable[..., dict[str, list[Any]]]
CWD = {'type': 'ChannelWiseDistillationLoss'}


def losses_of(model: nn.Module, data: dict[str, list[Any]]) -> dict[str, Tensor]:
    model.train()
    losses: dict[str, Tensor] = model(
        **model.data_preprocessor(copy.deepcopy(data), True), mode='loss'
    )
    return losses


def test_how_loud_the_teacher_is_beside_the_labels(distiller: Build, batch: Batch) -> None:
    data, ratios = batch(2), []
    for alpha in (0.5, 0.8):
        model = distiller(alpha=alpha)
        losses_of(model, data)
        assert model.gradient_ratio is None  # nobody listens
        model.listener = lambda *_: None
        losses = losses_of(model, data)
        assert losses['loss_kd'].requires_grad  # the graph is whole, for the step to come
        sum(value for name, value in losses.items() if 'loss' in name).backward()
        ratios.append(model.gradient_ratio.item())
    # Shares of 0.5 and 0.5 against 0.8 and 0.2, of the same two gradients.
    assert ratios[0] > 0
    assert ratios[1] == pytest.approx(4 * ratios[0], rel=1e-5)


def test_the_loudness_is_that_at_the_features(distiller: Build, batch: Batch) -> None:
    features: list[Tensor] = []
    norms: list[float] = []
    model = distiller(alpha=0.5, logit_losses=[CWD])
    model.listener = lambda *_: None
    model.decode_head.conv_seg.register_forward_pre_hook(lambda _, given: features.append(given[0]))
    losses = losses_of(model, batch(2))
    for names in (('loss_kd', 'loss_cwd'), ('decode.loss_ce',)):
        total = sum(losses[name] for name in names)
        (gradient,) = torch.autograd.grad(total, features[0], retain_graph=True)
        norms.append(gradient.square().sum().sqrt().item())
    assert model.gradient_ratio.item() == pytest.approx(norms[0] / norms[1], rel=1e-5)


def test_a_batch_without_labels_has_no_gradient_of_theirs(distiller: Build, batch: Batch) -> None:
    model = distiller(alpha=0.5)
    model.listener = lambda *_: None
    losses_of(model, batch(2, unlabeled=(0, 1)))
    assert model.gradient_ratio.isinf()


def test_pseudo_labels_are_labels_and_no_voice_beside_them(distiller: Build, batch: Batch) -> None:
    model = distiller(alpha=0, pseudo_label_confidence=0.0)
    model.listener = lambda *_: None
    losses_of(model, batch(2, unlabeled=(1,)))
    assert model.gradient_ratio is None
