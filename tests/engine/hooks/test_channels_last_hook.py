from types import SimpleNamespace

import torch
from torch import nn

from lanedet_mm.engine.hooks import ChannelsLastHook


def test_weights_and_activations_are_channels_last_with_the_same_values() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 4, 3))
    image = torch.randn(2, 3, 16, 16)
    weights, before = [one.clone() for one in model.parameters()], model.eval()(image)
    assert not before.is_contiguous(memory_format=torch.channels_last)
    ChannelsLastHook().before_run(SimpleNamespace(model=model))
    for convolution in (model[0], model[2]):
        assert convolution.weight.is_contiguous(memory_format=torch.channels_last)
    after = model(image)
    assert after.is_contiguous(memory_format=torch.channels_last)
    assert all(torch.equal(a, b) for a, b in zip(weights, model.parameters(), strict=True))
    torch.testing.assert_close(after, before)
