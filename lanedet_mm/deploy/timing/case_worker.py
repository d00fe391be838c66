"""The process that one case runs in: `python -m lanedet_mm.deploy.timing.case_worker JSON`.

It prints a line of JSON when its model is loaded, one for each line `RUNS` that it reads, and one
with its peak memory when its input ends.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.deploy.timing.timed_model import TimedModel
from lanedet_mm.engine.keep_memory import keep_freed_memory


def time_runs(run: Callable[[], object], count: int) -> dict[str, list[float]]:
    """Milliseconds on the clock and of the processor for each of some runs.

    One more goes before: after the other cases' turns caches are cold and threads asleep.
    """
    wall, cpu = [], []
    for _ in range(count + 1):
        clock, own = time.perf_counter(), time.process_time()
        run()
        wall.append(1e3 * (time.perf_counter() - clock))
        cpu.append(1e3 * (time.process_time() - own))
    return {'wall_ms': wall[1:], 'cpu_ms': cpu[1:]}


def peak_mib() -> float | None:
    """The largest that this process has been; None where the system does not tell."""
    status = Path('/proc/self/status')
    # `getrusage` would count what the process was before it became this program.
    lines = status.read_text().splitlines() if status.is_file() else []
    sizes = [int(line.split()[1]) / 1024 for line in lines if line.startswith('VmHWM:')]
    return sizes[0] if sizes else None


def main() -> None:
    """Answer until the input ends."""
    # What libraries print goes to the errors, so that answers come one a line.
    answers = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)

    def answer(**found: Any) -> None:  # noqa: ANN401
        answers.write(json.dumps(found) + '\n')

    keep_freed_memory()  # as tools/predict.py does
    fields = json.loads(sys.argv[1])
    try:
        model = TimedModel.open(TimedCase(**{**fields, 'files': tuple(fields['files'])}))
        answer(load_ms=model.load_ms, version=model.version)
        for line in sys.stdin:
            runs = int(line)
            answer(network=time_runs(model.network, runs), whole=time_runs(model.whole, runs))
        answer(peak_mib=peak_mib())
    except Exception as error:  # a case that fails is a line of the table
        answer(error=f'{type(error).__name__}: {error}')
        sys.exit(1)


if __name__ == '__main__':
    main()
