"""Weights that the runs of an ablation start from."""

import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.command_words import command_words


def prepare_starts(
    prepare: Mapping[str, str], runs: Sequence[AblationRun], *, jobs: int = 1
) -> None:
    """Make the files that are not there and that a run needs, in the order in which they are named.

    Args:
        prepare: File to the command that makes it, such as a teacher's last checkpoint to its
            training. A file is needed if a run's options name it, or the command of a later file
            that is to be made.
        runs: Those that are about to start.
        jobs: Files that are made at a time; one whose command names another waits for it.

    Raises:
        subprocess.CalledProcessError: If a command fails.
        FileNotFoundError: If a command ends without having made its file.
    """
    needing = [str(run.options) for run in runs]
    missing: list[str] = []
    for file in reversed(list(prepare)):
        if not Path(file).exists() and any(file in text for text in needing):
            missing.insert(0, file)
            needing.append(prepare[file])
    pool = ThreadPoolExecutor(jobs)
    failed = Event()
    made: dict[str, Future[None]] = {}
    try:
        for file in missing:
            needed = [other for name, other in made.items() if name in prepare[file]]
            made[file] = pool.submit(_make, file, prepare[file], needed, failed)
        for future in made.values():
            future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _make(file: str, command: str, needed: Sequence['Future[None]'], failed: Event) -> None:
    """Run the command that makes a file once what it needs is there, and nothing has failed."""
    for other in needed:  # begun before this one, so that none waits for itself
        other.result()
    if failed.is_set():
        return
    print(f'{file} is missing: {command}', flush=True)
    try:
        subprocess.run(command_words(command), check=True)
        if not Path(file).exists():
            raise FileNotFoundError(
                f'{command} has ended and there is no {file}; name the file that it makes'
            )
    except (subprocess.CalledProcessError, OSError):
        failed.set()
        raise
