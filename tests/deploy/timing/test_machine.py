import os
import platform
from types import SimpleNamespace

import pytest
import torch

from lanedet_mm.deploy.timing.machine import device_name, machine_name


def test_it_says_how_many_cores_and_which_python() -> None:
    name = machine_name()
    assert f', {os.cpu_count()} cores' in name
    assert name.endswith(f'Python {platform.python_version()}')
    assert name.split(',')[0].strip()


def test_it_says_which_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ['NVIDIA A100', 'NVIDIA L4']
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: len(names))
    monkeypatch.setattr(
        torch.cuda, 'get_device_properties', lambda index: SimpleNamespace(name=names[index])
    )
    assert ', NVIDIA A100, ' in machine_name('cuda')
    assert device_name('cuda:1') == 'NVIDIA L4'
    assert 'NVIDIA' not in machine_name('cpu')
    assert machine_name('cpu').startswith(device_name('cpu'))
    assert [device_name(one) for one in ('cuda:2', 'cuda:x', 'gpu')] == ['cuda:2', 'cuda:x', 'gpu']
