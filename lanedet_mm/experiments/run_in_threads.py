"""Runs of an ablation on one machine."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.result_log import Record


def run_in_threads(
    work: Callable[[AblationRun], Record | None], runs: Sequence[AblationRun], *, jobs: int = 1
) -> Iterator[tuple[AblationRun, Record | None]]:
    """Do the work for several runs at a time; the processes that it starts do the computing.

    Args:
        work: Trains and tests a run, gives its record, None if it failed.
        runs: What to work on.
        jobs: Runs at a time.

    Yields:
        Each run that ended and its record, in the order in which they end.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        futures = {pool.submit(work, run): run for run in runs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        # Who stops an ablation waits for no run that has not begun.
        pool.shutdown(cancel_futures=True)
