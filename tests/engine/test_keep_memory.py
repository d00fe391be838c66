import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from lanedet_mm.engine import keep_memory
from lanedet_mm.engine.keep_memory import keep_freed_memory

CODE = """
import resource
import torch
from lanedet_mm.engine.keep_memory import keep_freed_memory
changed = KEEP and keep_freed_memory()
faults = []
for _ in range(20):  # memory that is aligned finds its place after some turns
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(50 << 18).fill_(1)  # 50 MiB, which are gone at the end of the line
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(changed, faults[-1])
"""
glibc = pytest.mark.skipif(platform.libc_ver()[0] != 'glibc', reason='needs glibc')


def page_faults(keep: bool, **environment: str) -> tuple[str, int]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith('MALLOC_')}
    ended = subprocess.run(
        [sys.executable, '-c', CODE.replace('KEEP', str(keep))],
        capture_output=True,
        text=True,
        check=True,
        env={**ours, **environment},
        cwd=Path(__file__).parents[2],
    )
    changed, faults = ended.stdout.split()
    return changed, int(faults)


@glibc
def test_a_tensor_takes_the_memory_of_the_one_before() -> None:
    without, kept = page_faults(keep=False), page_faults(keep=True)
    assert kept[0] == 'True' and without[0] == 'False'
    assert kept[1] < 100 < 1000 < without[1]


@glibc
def test_a_setting_of_the_user_is_kept() -> None:
    assert page_faults(keep=True, MALLOC_MMAP_THRESHOLD_='1000000')[0] == 'False'


def test_other_systems_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    class Musl:
        def __init__(self, name: None) -> None:
            pass

    monkeypatch.setattr(keep_memory.ctypes, 'CDLL', Musl)
    assert not keep_freed_memory()
    monkeypatch.setattr(sys, 'platform', 'win32')
    assert not keep_freed_memory()
