from types import SimpleNamespace

import pytest
import torch

from lanedet_mm.deploy.tensorrt.gpu import Gpu


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        SimpleNamespace(name='NVIDIA A100', major=8, minor=0),
        SimpleNamespace(name='NVIDIA L4', major=8, minor=9),
    ]
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: len(found))
    monkeypatch.setattr(torch.cuda, 'get_device_properties', lambda index: found[index])


@pytest.mark.usefixtures('two_gpus')
def test_a_gpu_by_its_device() -> None:
    assert Gpu.of('cuda') == Gpu(0, 'NVIDIA A100', '8.0')
    assert Gpu.of('cuda:1') == Gpu(1, 'NVIDIA L4', '8.9')
    assert Gpu.of('cuda:1').device == torch.device('cuda:1')


@pytest.mark.usefixtures('two_gpus')
@pytest.mark.parametrize('device', ['cpu', 'mps:0', 'cuda:x', ''])
def test_what_is_no_gpu_is_refused(device: str) -> None:
    with pytest.raises(ValueError, match='runs on a GPU, not on'):
        Gpu.of(device)


@pytest.mark.usefixtures('two_gpus')
def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no GPU 'cuda:2': PyTorch sees 2 here"):
        Gpu.of('cuda:2')
