"""Weights that the runs of an ablation start from."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.command_words import command_words


def prepare_starts(prepare: Mapping[str, str], runs: Sequence[AblationRun]) -> None:
    """Make the files that are not there and that a run needs, in the order in which they are named.

    Args:
        prepare: File to the command that makes it, such as a teacher's last checkpoint to its
            training. A file is needed if a run's options name it, or the command of a later file
            that is to be made.
        runs: Those that are about to start.

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
    for file in missing:
        print(f'{file} is missing: {prepare[file]}', flush=True)
        subprocess.run(command_words(prepare[file]), check=True)
        if not Path(file).exists():
            raise FileNotFoundError(
                f'{prepare[file]} has ended and there is no {file}; name the file that it makes'
            )
