import pytest
import torch
from mmengine.device import get_device
from torch import Tensor, nn

from lanedet_mm.engine.optim_wrappers import Bfloat16OptimWrapper, bfloat16_optim_wrapper


@pytest.fixture(autouse=True)
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device with instructions for bfloat16; what only emulates them rounds alike."""
    monkeypatch.setattr(bfloat16_optim_wrapper, 'has_native_bfloat16', lambda: True)


def line() -> nn.Linear:
    """Weights 1 and 2, no bias."""
    layer = nn.Linear(2, 1, bias=False).to(get_device())
    layer.weight.data.copy_(torch.tensor([[1.0, 2.0]]))
    return layer


def forward(wrapper: Bfloat16OptimWrapper, layer: nn.Linear) -> Tensor:
    with wrapper.optim_context(layer):
        return layer(torch.tensor([[3.0, 4.0]], device=get_device()))


def test_the_forward_pass_is_bfloat16_and_the_weights_stay_float32() -> None:
    layer = line()
    wrapper = Bfloat16OptimWrapper(torch.optim.SGD(layer.parameters(), lr=0.5))
    out = forward(wrapper, layer)
    assert out.dtype == torch.bfloat16
    assert layer(torch.ones(1, 2, device=get_device())).dtype == torch.float32  # outside
    wrapper.update_params(out.float().sum())
    assert layer.weight.dtype == torch.float32
    assert layer.weight.tolist() == [[1 - 0.5 * 3, 2 - 0.5 * 4]]  # no loss was scaled


def test_a_small_step_is_not_lost_to_bfloat16() -> None:
    layer = line()
    wrapper = Bfloat16OptimWrapper(torch.optim.SGD(layer.parameters(), lr=2**-14))
    wrapper.update_params(forward(wrapper, layer).float().sum())
    assert layer.weight.tolist() == [[1 - 3 * 2**-14, 2 - 4 * 2**-14]]


def test_gradients_are_accumulated_as_mmengine_does_it() -> None:
    layer = line()
    wrapper = Bfloat16OptimWrapper(
        torch.optim.SGD(layer.parameters(), lr=0.5), accumulative_counts=2
    )
    wrapper.initialize_count_status(layer, 0, 4)
    wrapper.update_params(forward(wrapper, layer).float().sum())
    assert layer.weight.tolist() == [[1, 2]]
    wrapper.update_params(forward(wrapper, layer).float().sum())
    assert layer.weight.tolist() == [[-0.5, 0]]  # the mean of two gradients of 3 and 4


def test_float32_where_bfloat16_is_only_emulated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(bfloat16_optim_wrapper, 'has_native_bfloat16', lambda: False)
    monkeypatch.setattr(bfloat16_optim_wrapper, 'print_log', lambda text, _: said.append(text))
    layer = line()
    wrapper = Bfloat16OptimWrapper(torch.optim.SGD(layer.parameters(), lr=0.5))
    assert forward(wrapper, layer).dtype == torch.float32
    assert len(said) == 1
    assert 'training in float32' in said[0]
