"""Many tiles at once: processes, a progress bar, and every failure named."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from rich.progress import track

from lanedet_mm.imagery import worker_pool

_Job = TypeVar('_Job')


def run_all(work: Callable[[_Job], object], jobs: Sequence[_Job], *, processes: int) -> None:
    """Do all jobs; the others are done also where some fail.

    Args:
        work: What to do with a job; can be pickled if there is more than one process.
        jobs: Neighbours go to the same process where that is possible.
        processes: How many processes.

    Raises:
        ExceptionGroup: The error of every job that failed.
    """
    if processes < 1:
        raise ValueError(f'processes is {processes}; needed is 1 at least')
    attempt = partial(_attempt, work)
    failed: list[Exception] = []
    if processes == 1:
        for job in track(jobs, 'Rendering'):
            failed += attempt(job)
    else:
        chunk = max(1, min(32, len(jobs) // (4 * processes)))
        with worker_pool(processes, start='spawn') as pool:
            done = pool.map(attempt, jobs, chunksize=chunk)
            for errors in track(done, 'Rendering', total=len(jobs)):
                failed += errors
    if failed:
        raise ExceptionGroup(f'{len(failed)} of {len(jobs)} tiles failed', failed)


def _attempt(work: Callable[[_Job], object], job: _Job) -> list[Exception]:
    """The error of a job, if it has one."""
    try:
        work(job)
    except Exception as error:
        return [error]
    return []
