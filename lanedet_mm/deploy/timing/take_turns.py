"""Cases against each other."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from lanedet_mm.deploy.timing.case_times import CaseTimes
from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.deploy.timing.worker_process import WorkerProcess

PAUSE_S = 0.03


def time_cases(
    cases: Sequence[TimedCase], *, turns: int = 10, runs: int = 3, warm_up: int = 3
) -> Iterator[CaseTimes]:
    """Time cases, those of one shape in turns, so that whatever the machine does meets all.

    Args:
        cases: What to time; each gets a process of its own, which lives as long as those of its
            shape.
        turns: How often each has its turn.
        runs: Runs of the network, and then of the whole call, in a turn.
        warm_up: Runs that do not count, before the first turn.

    Yields:
        Each case's times in the order of the cases, shape by shape.
    """
    for shape in dict.fromkeys(case.shape for case in cases):
        yield from _time_shape([one for one in cases if one.shape == shape], turns, runs, warm_up)


def _time_shape(
    cases: Sequence[TimedCase], turns: int, runs: int, warm_up: int
) -> Iterator[CaseTimes]:
    """Time cases of one shape."""
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(WorkerProcess(case)) for case in cases]
        for worker in workers:
            worker.run(warm_up)
        found: list[list[dict[str, dict[str, list[float]]]]] = [[] for _ in cases]
        for _ in range(turns):
            for worker, parts in zip(workers, found, strict=True):
                # ONNX Runtime's threads go on spinning for some time after a run.
                time.sleep(PAUSE_S)
                part = worker.run(runs)
                if part is not None:
                    parts.append(part)
        for case, worker, parts in zip(cases, workers, found, strict=True):
            peak_mib = worker.finish()
            if worker.error is not None or worker.loaded is None:
                yield CaseTimes(case, error=worker.error)
                continue
            yield CaseTimes(
                case,
                network_ms=[ms for part in parts for ms in part['network']['wall_ms']],
                network_cpu_ms=[ms for part in parts for ms in part['network']['cpu_ms']],
                whole_ms=[ms for part in parts for ms in part['whole']['wall_ms']],
                load_ms=worker.loaded['load_ms'],
                peak_mib=peak_mib,
                version=worker.loaded['version'],
            )
