from pathlib import Path

import pytest
import torch

from lanedet_mm.engine import native_bfloat16
from lanedet_mm.engine.native_bfloat16 import has_native_bfloat16


@pytest.mark.parametrize(
    ('there', 'wanted'),
    [
        ({'avx512_bf16': True, 'amx_bf16': False}, True),
        ({'avx512_bf16': False, 'amx_bf16': True}, True),
        ({'avx512_bf16': False, 'amx_bf16': False, 'avx2': True}, False),
        ({}, False),
    ],
)
def test_a_cpu_has_it_by_its_instructions(
    monkeypatch: pytest.MonkeyPatch, there: dict[str, bool], wanted: bool
) -> None:
    monkeypatch.setattr(native_bfloat16, 'get_device', lambda: 'cpu')
    monkeypatch.setattr(torch.cpu, 'get_capabilities', lambda: there, raising=False)
    assert has_native_bfloat16() is wanted


def test_a_gpu_that_only_emulates_it_has_it_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(native_bfloat16, 'get_device', lambda: 'cuda')
    monkeypatch.setattr(
        torch.cuda, 'is_bf16_supported', lambda **options: asked.append(options) or False
    )
    assert not has_native_bfloat16()
    assert asked == [{'including_emulation': False}]


def test_this_cpu_as_the_kernel_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_bfloat16, 'get_device', lambda: 'cpu')
    if not hasattr(torch.cpu, 'get_capabilities') or not Path('/proc/cpuinfo').exists():
        pytest.skip('PyTorch or the system does not say what the CPU has')
    flags = Path('/proc/cpuinfo').read_text().split()
    assert has_native_bfloat16() is bool({'avx512_bf16', 'amx_bf16'} & set(flags))
