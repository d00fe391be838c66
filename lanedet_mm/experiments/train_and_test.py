"""One run of an ablation, in processes of its own."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from mmengine.config import Config

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint
from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.command_words import command_words
from lanedet_mm.experiments.result_log import Record

TOOLS = Path(__file__).resolve().parents[2] / 'tools'


def train_and_test(run: AblationRun, *, out: Path, processes: int = 1) -> Record | None:
    """Train, test and score a run; one that was stopped goes on where it was.

    Args:
        run: What to train.
        out: Folder of the runs' work dirs; this one's is `out / run.name`, and what its processes
            print goes to `run.log` in it.
        processes: That train it, one per GPU where there are any. They share its batch, so that
            every step has as many samples as in one; batch norms see a process's own.

    Returns:
        Its line for the result log, None if it failed: `run.log` then ends with the reason.
    """
    start = time.monotonic()
    work_dir = out / run.name
    work_dir.mkdir(parents=True, exist_ok=True)
    with (work_dir / 'run.log').open('a') as output:
        try:
            scores = _scores(run, work_dir, output, processes)
        except (subprocess.CalledProcessError, OSError, ValueError, LookupError) as error:
            output.write(f'{type(error).__name__}: {error}\n')
            return None
    return {
        'key': run.key,
        'variant': run.variant,
        'fold': run.fold,
        'seed': run.seed,
        'config': run.config,
        'options': run.options,
        'commit': _commit(),
        'processes': processes,
        'finished': datetime.now(UTC).isoformat(timespec='seconds'),
        'seconds': round(time.monotonic() - start, 1),
        'checkpoint': scores.pop('checkpoint'),
        'scores': scores,
    }


def _scores(run: AblationRun, work_dir: Path, output: IO[str], processes: int) -> Record:
    """Every score, and the checkpoint that they are of; raises where a process fails."""
    config = work_dir / Path(run.config).name
    merged = run.merged_config()
    merged.dump(config)
    data = [*_flag('--data-root', run.data_root), *_flag('--split', run.split)]
    arguments = [str(config), '--work-dir', str(work_dir), *data]
    launcher, shared = _launch(merged, processes) if processes > 1 else ([], [])
    scores_file = work_dir / 'scores.json'
    for before, script, more in (
        (launcher, 'train.py', ['--seed', str(run.seed), '--resume', *shared]),
        ([], 'test.py', ['--out', str(scores_file)]),
    ):
        command = [sys.executable, *before, str(TOOLS / script), *arguments, *more]
        subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=True)
    scores: Record = json.loads(scores_file.read_text())
    for name, scorer in run.scorers.items():
        extra = _score(scorer, config, work_dir, output)
        scores |= {f'{name}/{key}': value for key, value in extra.items()}
    return scores


def _launch(config: Config, processes: int) -> tuple[list[str], list[str]]:
    """What starts a training in several processes of this machine, and its share of the batch."""
    batch = config.train_dataloader.get('batch_size')
    if batch is None or batch % processes:
        raise ValueError(
            f'train_dataloader.batch_size is {batch}; {processes} processes share it, and need a '
            f'multiple of {processes}: change it, or train in one process'
        )
    module = ['-m', 'torch.distributed.run', '--standalone', f'--nproc-per-node={processes}']
    share = f'train_dataloader.batch_size={batch // processes}'
    return module, ['--launcher', 'pytorch', '--cfg-options', share]


def _score(command: str, config: Path, work_dir: Path, output: IO[str]) -> dict[str, float]:
    """Run a scorer; the last line of its output is its scores."""
    filled = command.format(config=config, work_dir=work_dir, checkpoint=best_checkpoint(work_dir))
    output.write(f'{filled}\n')
    output.flush()
    ended = subprocess.run(
        command_words(filled), stdout=subprocess.PIPE, stderr=output, text=True, check=True
    )
    output.write(ended.stdout)
    last = ended.stdout.rstrip().rpartition('\n')[2]
    try:
        scores = json.loads(last)
    except ValueError:
        scores = None
    if not isinstance(scores, dict):
        raise ValueError(f'{filled}: its last line is {last!r}; needed is a JSON object of scores')
    return scores


def _flag(name: str, value: str | None) -> list[str]:
    """A command-line flag, nothing where there is no value."""
    return [] if value is None else [name, value]


def _commit() -> str:
    """Commit of the code, with `-dirty` where files differ from it."""
    ended = subprocess.run(
        ['git', 'describe', '--always', '--dirty'], cwd=TOOLS, capture_output=True, text=True
    )
    return ended.stdout.strip() or 'unknown'
