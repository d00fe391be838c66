import threading
from collections.abc import Iterator

import pytest

from lanedet_mm.experiments import AblationRun, run_in_threads

RUNS = [AblationRun('config.py', 'base', 'all', seed) for seed in range(4)]


def test_every_run_once_and_a_failed_one_among_them() -> None:
    ended = run_in_threads(lambda run: {'seed': run.seed} if run.seed else None, RUNS, jobs=2)
    found = {run.seed: record for run, record in ended}
    assert found == {0: None, 1: {'seed': 1}, 2: {'seed': 2}, 3: {'seed': 3}}


def test_as_many_at_a_time_as_asked_for() -> None:
    both = threading.Barrier(2, timeout=10)  # broken unless two runs meet here
    records = list(run_in_threads(lambda run: {'place': both.wait()}, RUNS, jobs=2))
    assert len(records) == 4


def test_who_stops_waits_for_no_run_that_has_not_begun() -> None:
    begun, stopped = [], threading.Event()

    def work(run: AblationRun) -> dict[str, int] | None:
        begun.append(run.seed)
        if run.seed:
            stopped.wait(10)
        return {'seed': run.seed}

    ended: Iterator[object] = run_in_threads(work, RUNS)
    next(ended)
    threading.Timer(0.2, stopped.set).start()
    ended.close()
    assert begun in ([0], [0, 1])


def test_an_error_of_the_work_comes_out() -> None:
    def work(run: AblationRun) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run_in_threads(work, RUNS))
