"""Run what is missing of an ablation."""

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lanedet_mm.engine.launch import best_checkpoint
from lanedet_mm.experiments.ablation_spec import AblationRun
from lanedet_mm.experiments.result_log import ResultLog

TOOLS = Path(__file__).resolve().parents[2] / 'tools'


def run_ablation(
    runs: Sequence[AblationRun], log: ResultLog, *, work_dir: Path, jobs: int = 1
) -> Iterator[tuple[AblationRun, dict[str, Any] | None]]:
    """Run every run that the log does not hold; a run that was stopped goes on where it was.

    Args:
        runs: Of `AblationSpec.runs`.
        log: Where finished runs are.
        work_dir: Folder of the runs' own work dirs.
        jobs: Runs at a time, each its own process.

    Yields:
        Each run that ended and its record, None for one that failed (its output is in
        `<work dir of the run>/run.log`).
    """
    done = {record['key'] for record in log.read()}
    missing = [run for run in runs if run.key not in done]
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(_run, run, work_dir / run.name): run for run in missing}
        for future in as_completed(futures):
            record = future.result()
            if record is not None:
                log.append(record)
            yield futures[future], record


def _run(run: AblationRun, work_dir: Path) -> dict[str, Any] | None:
    """Train and test in processes of their own."""
    start = time.monotonic()
    work_dir.mkdir(parents=True, exist_ok=True)
    data = [*_flag('--data-root', run.data_root), *_flag('--split', run.split)]
    config = run.merged_config()
    config_file = work_dir / Path(run.config).name
    config.dump(config_file)
    common = [str(config_file), '--work-dir', str(work_dir), *data]
    scores_file = work_dir / 'scores.json'
    commands = [
        [sys.executable, str(TOOLS / 'train.py'), *common, '--seed', str(run.seed), '--resume'],
        [sys.executable, str(TOOLS / 'test.py'), *common, '--out', str(scores_file)],
    ]
    with (work_dir / 'run.log').open('a') as output:
        for command in commands:
            if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode:
                return None
    scores = json.loads(scores_file.read_text())
    checkpoint = scores.pop('checkpoint')
    for name, scorer in run.scorers.items():
        extra = _score(scorer, config_file, work_dir)
        scores.update({f'{name}/{key}': value for key, value in extra.items()})
    return {
        'key': run.key,
        'variant': run.variant,
        'fold': run.fold,
        'seed': run.seed,
        'config': run.config,
        'options': run.options,
        'commit': _commit(),
        'finished': datetime.now(UTC).isoformat(timespec='seconds'),
        'seconds': round(time.monotonic() - start, 1),
        'checkpoint': checkpoint,
        'scores': scores,
    }


def _flag(name: str, value: str | None) -> list[str]:
    """A command-line flag, nothing where there is no value."""
    return [] if value is None else [name, value]


def _score(command: str, config: Path, work_dir: Path) -> dict[str, float]:
    """Run a scorer; the last line of its output is its scores."""
    filled = command.format(config=config, work_dir=work_dir, checkpoint=best_checkpoint(work_dir))
    ended = subprocess.run(shlex.split(filled), capture_output=True, text=True, check=True)
    scores: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return scores


def _commit() -> str:
    """Commit of the code, with `-dirty` where files differ from it."""
    ended = subprocess.run(
        ['git', 'describe', '--always', '--dirty'], cwd=TOOLS, capture_output=True, text=True
    )
    return ended.stdout.strip() or 'unknown'
