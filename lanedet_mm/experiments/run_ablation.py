"""Run what is missing of an ablation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.prepare_starts import prepare_starts
from lanedet_mm.experiments.result_log import Record, ResultLog
from lanedet_mm.experiments.run_in_threads import run_in_threads
from lanedet_mm.experiments.train_and_test import train_and_test

Work = Callable[[AblationRun], Record | None]
Ended = Iterator[tuple[AblationRun, Record | None]]
Execute = Callable[[Work, Sequence[AblationRun]], Ended]


def run_ablation(
    runs: Sequence[AblationRun],
    log: ResultLog,
    *,
    out: Path,
    prepare: Mapping[str, str] | None = None,
    execute: Execute = run_in_threads,
    processes: int = 1,
    jobs: int = 1,
) -> Ended:
    """Run every run that the log does not hold; a run that was stopped goes on where it was.

    Args:
        runs: Of `AblationSpec.runs`.
        log: Where finished runs are.
        out: Folder of the runs' own work dirs.
        prepare: What the runs start from, see `prepare_starts`; made here, before the first run.
        execute: Does the work for every run, in whatever order and place: `run_in_threads` or
            `run_on_ray`, with their options bound.
        processes: That train one run, see `train_and_test`.
        jobs: Starts that are made at a time; those of the runs are a matter of `execute`.

    Yields:
        Each run that ended and its record, None for one that failed (its output is in
        `out / run.name / 'run.log'`).
    """
    done = {record['key'] for record in log.read()}
    missing = [run for run in runs if run.key not in done]
    prepare_starts(prepare or {}, missing, jobs=jobs)
    for run, record in execute(partial(train_and_test, out=out, processes=processes), missing):
        if record is not None:
            log.append(record)
        yield run, record
