"""Run file jobs in several processes: with progress, resume and a list of what is broken."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rich.progress import track

from lanedet_mm.datasets.preparation.file_job import FileJob
from lanedet_mm.imagery import worker_pool

Work = Callable[[FileJob], None]


@dataclass(frozen=True)
class JobReport:
    """What became of a list of jobs.

    Attributes:
        made: How many jobs were done now.
        kept: How many had been done before.
        broken: Jobs whose input is broken, each with the reason.
    """

    made: int
    kept: int
    broken: tuple[tuple[FileJob, str], ...]

    def summary(self) -> str:
        """The counts, then one line per broken job."""
        lines = [f'{self.made} made, {self.kept} there already, {len(self.broken)} broken']
        lines += [f'  {reason}' for _, reason in self.broken]
        return '\n'.join(lines)


def run_file_jobs(
    work: Work, jobs: Sequence[FileJob], *, processes: int = 1, title: str = ''
) -> JobReport:
    """Do the jobs that are not done yet.

    Work tells broken input by raising `ValueError` or `FileNotFoundError`, and the rest goes on.
    Any other exception (a full disk, a bug) ends the run. Work has to write its outputs with
    `imagery.write_atomically`: then a run that was killed is finished by starting it again.

    Args:
        work: Reads the sources of a job and writes its outputs; a function at module level, or a
            `functools.partial` of one, so that it reaches other processes.
        jobs: What is to do.
        processes: How many jobs run at once; 1 runs them in this process.
        title: What the progress bar says.

    Returns:
        What became of the jobs, in their order.
    """
    todo = [job for job in jobs if not job.is_done()]
    reasons = track(
        _outcomes(work, todo, processes), description=title, total=len(todo), disable=not todo
    )
    broken = tuple(
        (job, reason) for job, reason in zip(todo, reasons, strict=True) if reason is not None
    )
    return JobReport(len(todo) - len(broken), len(jobs) - len(todo), broken)


def _outcomes(work: Work, jobs: Sequence[FileJob], processes: int) -> Iterator[str | None]:
    """Why each job's input is broken, None where it is not, in the order of the jobs."""
    attempt = partial(_attempt, work)
    if processes == 1 or len(jobs) < 2:
        yield from map(attempt, jobs)
        return
    with worker_pool(processes, start='fork') as pool:
        yield from pool.map(attempt, jobs, chunksize=8)


def _attempt(work: Work, job: FileJob) -> str | None:
    """Why the input of a job is broken, None if it is not."""
    try:
        work(job)
    except (ValueError, FileNotFoundError) as error:
        name = str(job.sources[0])
        return str(error) if name in str(error) else f'{name}: {error}'
    return None
