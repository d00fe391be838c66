import json
import subprocess
import sys
from pathlib import Path

from lanedet_mm.deploy.timing.case_worker import time_runs


def test_one_run_goes_before_those_that_count() -> None:
    done: list[int] = []
    times = time_runs(lambda: done.append(len(done)), 3)
    assert done == [0, 1, 2, 3]
    assert [len(values) for values in times.values()] == [3, 3]
    assert list(times) == ['wall_ms', 'cpu_ms'] and min(times['wall_ms']) >= 0


def test_the_peak_stays_when_memory_is_freed() -> None:
    """In a process of its own: what another test freed would hide the block."""
    code = (
        'import json\n'
        'from lanedet_mm.deploy.timing.case_worker import peak_mib\n'
        'before = peak_mib()\n'
        "block = bytearray(b'x' * (64 << 20))\n"
        'del block\n'
        'print(json.dumps([before, peak_mib()]))\n'
    )
    ended = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    before, after = json.loads(ended.stdout)
    if before is not None:  # a system that tells it
        assert 10 < before < after - 60
