"""What times were measured on."""

import os
import platform
from pathlib import Path


def machine_name(device: str = 'cpu') -> str:
    """The CPU, its cores and how busy they are, in one line, and the GPU if that is the device."""
    load = f', load {os.getloadavg()[0]:.1f}' if hasattr(os, 'getloadavg') else ''
    gpu = f', {device_name(device)}' if device.startswith('cuda') else ''
    return (
        f'{_cpu_name()}, {os.cpu_count()} cores{load}{gpu}, {platform.system()}, '
        f'Python {platform.python_version()}'
    )


def device_name(device: str) -> str:
    """What a CPU or a GPU of NVIDIA calls itself; of another device, the name that was asked for.

    Args:
        device: `cpu`, `cuda`, `cuda:1`, or what else a runtime knows.
    """
    kind, _, index = device.partition(':')
    if kind == 'cpu':
        return _cpu_name()
    if kind != 'cuda' or not (index or '0').isdecimal():
        return device
    import torch  # slow, and of no use to the others

    place = int(index or 0)
    seen = place < torch.cuda.device_count()
    return str(torch.cuda.get_device_properties(place).name) if seen else device


def _cpu_name() -> str:
    """What the CPU calls itself."""
    info = Path('/proc/cpuinfo')
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()
