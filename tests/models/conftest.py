from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from lanedet_mm.registry import MODELS

Check = Callable[[nn.Module, Tensor | tuple[Tensor, ...], Path], None]


@pytest.fixture
def build() -> Callable[[dict[str, Any]], nn.Module]:
    """Build a registered module in our scope, with a fixed seed."""

    def _build(config: dict[str, Any]) -> nn.Module:
        init_default_scope('lanedet_mm')
        torch.manual_seed(0)
        return MODELS.build(config)

    return _build


def _tensors(output: Tensor | tuple[Tensor, ...]) -> list[Tensor]:
    return [output] if isinstance(output, Tensor) else list(output)


def check_module(module: nn.Module, inputs: Tensor | tuple[Tensor, ...], folder: Path) -> None:
    """What every network part has to do: learn everywhere, save and load, export to ONNX."""
    sum(out.square().mean() for out in _tensors(module(inputs))).backward()
    idle = [name for name, p in module.named_parameters() if p.grad is None or not p.grad.any()]
    assert idle == []

    module.eval()
    expected = [out.detach() for out in _tensors(module(inputs))]
    torch.save(module.state_dict(), folder / 'weights.pth')
    for parameter in module.parameters():
        nn.init.constant_(parameter, 0.5)
    module.load_state_dict(torch.load(folder / 'weights.pth', weights_only=True))
    for got, want in zip(_tensors(module(inputs)), expected, strict=True):
        assert torch.equal(got, want)

    path = folder / 'module.onnx'
    torch.onnx.export(module, (inputs,), path, dynamo=False)
    session = onnxruntime.InferenceSession(path)
    feeds = dict(zip((i.name for i in session.get_inputs()), _tensors(inputs), strict=True))
    outputs = session.run(None, {name: value.numpy() for name, value in feeds.items()})
    for got, want in zip(outputs, expected, strict=True):
        torch.testing.assert_close(torch.from_numpy(got), want, rtol=1e-4, atol=1e-4)


@pytest.fixture
def check() -> Check:
    """The shared tester of network parts."""
    return check_module
