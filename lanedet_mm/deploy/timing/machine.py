"""What times were measured on."""

import os
import platform
from pathlib import Path


def machine_name() -> str:
    """The CPU, its cores and how busy they are, in one line."""
    load = f', load {os.getloadavg()[0]:.1f}' if hasattr(os, 'getloadavg') else ''
    return (
        f'{_cpu_name()}, {os.cpu_count()} cores{load}, {platform.system()}, '
        f'Python {platform.python_version()}'
    )


def _cpu_name() -> str:
    """What the CPU calls itself."""
    info = Path('/proc/cpuinfo')
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()
