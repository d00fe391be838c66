import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.experiments import AblationRun
from lanedet_mm.experiments import train_and_test as module
from lanedet_mm.experiments.train_and_test import train_and_test

CONFIG = str(Path(__file__).parents[2] / 'configs/demo/premium_baseline.py')
SHELL = subprocess.run


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands, of which training and test only leave files."""
    seen: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        if not any('tools/' in part for part in command):
            return SHELL(command, **options)
        seen.append(command)
        work_dir = Path(command[command.index('--work-dir') + 1])
        (work_dir / 'best_lane_iou.pth').touch()
        scores = {'checkpoint': 'best.pth', 'lane_iou': 12.5}
        (work_dir / 'scores.json').write_text(json.dumps(scores))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(module.subprocess, 'run', run)
    return seen


def scored_by(code: str) -> AblationRun:
    scorers = {'count': f'{sys.executable} -c "{code}" {{checkpoint}}'}
    options = {'train_cfg.max_iters': 7}
    return AblationRun(
        CONFIG, 'short', 'a', 3, options, data_root='/data', split='splits/a', scorers=scorers
    )


def test_the_commands_and_the_record(tmp_path: Path, commands: list[list[str]]) -> None:
    run = scored_by('import json, sys; print(7); print(json.dumps(dict(args=len(sys.argv))))')
    record = train_and_test(run, out=tmp_path)
    train, test = commands
    config = tmp_path / run.name / 'premium_baseline.py'
    data = ['--work-dir', str(config.parent), '--data-root', '/data', '--split', 'splits/a']
    assert train[2:] == [str(config), *data, '--seed', '3', '--resume']
    assert test[2:] == [str(config), *data, '--out', str(config.parent / 'scores.json')]
    assert 'max_iters=7' in config.read_text()
    assert record is not None
    assert record['scores'] == {'lane_iou': 12.5, 'count/args': 2}
    assert (record['checkpoint'], record['variant'], record['fold']) == ('best.pth', 'short', 'a')
    assert record['options'] == {'train_cfg.max_iters': 7}


def test_processes_share_the_batch(tmp_path: Path, commands: list[list[str]]) -> None:
    run = AblationRun(CONFIG, 'base', 'a', 3)
    record = train_and_test(run, out=tmp_path, processes=4)
    train, test = commands
    assert train[1:4] == ['-m', 'torch.distributed.run', '--standalone']
    assert train[4] == '--nproc-per-node=4'
    launched = ['--launcher', 'pytorch', '--cfg-options', 'train_dataloader.batch_size=2']
    assert train[-4:] == launched  # 8 in the config
    assert 'torch.distributed.run' not in test
    assert record is not None
    assert record['processes'] == 4
    assert record['key'] == run.key  # the same run, in however many processes


def test_a_batch_that_processes_cannot_share_fails_its_run(
    tmp_path: Path, commands: list[list[str]]
) -> None:
    run = AblationRun(CONFIG, 'base', 'a', 3)
    assert train_and_test(run, out=tmp_path, processes=3) is None
    assert commands == []
    log = (tmp_path / run.name / 'run.log').read_text()
    assert 'train_dataloader.batch_size is 8; 3 processes share it, and need a multiple of 3' in log


@pytest.mark.parametrize(
    ('code', 'reason'),
    [
        ('import sys; sys.exit(3)', 'returned non-zero exit status 3'),
        ('print(5)', "its last line is '5'; needed is a JSON object"),
        ('pass', "its last line is ''; needed is a JSON object"),
    ],
)
def test_a_scorer_that_fails_fails_its_run_alone(
    tmp_path: Path, commands: list[list[str]], code: str, reason: str
) -> None:
    run = scored_by(code)
    assert train_and_test(run, out=tmp_path) is None
    assert reason in (tmp_path / run.name / 'run.log').read_text()


def test_a_program_that_is_not_there_is_named(tmp_path: Path, commands: list[list[str]]) -> None:
    run = AblationRun(CONFIG, 'base', 'a', 0, scorers={'lost': 'no-such-program {config}'})
    assert train_and_test(run, out=tmp_path) is None
    assert 'no-such-program' in (tmp_path / run.name / 'run.log').read_text()
