import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from lanedet_mm.experiments import AblationRun, ResultLog, run_ablation

RUNS = [AblationRun('config.py', 'base', 'all', seed) for seed in range(4)]


@pytest.fixture(autouse=True)
def _no_config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AblationRun, 'key', property(lambda run: f'key {run.seed}'))


def backwards(
    work: Callable[[AblationRun], object], runs: Sequence[AblationRun]
) -> Iterator[tuple[AblationRun, dict[str, object] | None]]:
    for run in reversed(runs):
        yield run, None if run.seed == 2 else {'key': run.key, 'work': str(work)}


def test_what_is_missing_runs_and_what_succeeds_is_logged(tmp_path: Path) -> None:
    log = ResultLog(tmp_path / 'results.jsonl')
    log.append({'key': 'key 1'})
    ended = list(run_ablation(RUNS, log, out=tmp_path, execute=backwards))
    assert [run.seed for run, _ in ended] == [3, 2, 0]
    assert [record is None for _, record in ended] == [False, True, False]
    assert [record['key'] for record in log.read()] == ['key 1', 'key 3', 'key 0']
    assert str(tmp_path) in log.read()[1]['work']  # the runs' work dirs lie there
    again = run_ablation(RUNS, log, out=tmp_path, execute=backwards)
    assert [run.seed for run, _ in again] == [2]


def test_the_work_knows_in_how_many_processes(tmp_path: Path) -> None:
    log = ResultLog(tmp_path / 'results.jsonl')
    list(run_ablation(RUNS, log, out=tmp_path, execute=backwards, processes=2))
    assert ['processes=2' in record['work'] for record in log.read()] == [True] * 3


def test_starts_are_made_before_and_as_many_at_a_time_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, asked = ResultLog(tmp_path / 'results.jsonl'), []
    module = sys.modules['lanedet_mm.experiments.run_ablation']
    monkeypatch.setattr(
        module, 'prepare_starts', lambda *args, jobs: asked.append((*args, jobs, log.read()))
    )
    prepare = {'start.pth': 'python make.py'}
    list(run_ablation(RUNS, log, out=tmp_path, prepare=prepare, execute=backwards, jobs=3))
    assert asked == [(prepare, RUNS, 3, [])]


def test_each_result_is_logged_before_the_next_run_ends(tmp_path: Path) -> None:
    log = ResultLog(tmp_path / 'results.jsonl')
    next(run_ablation(RUNS, log, out=tmp_path, execute=backwards))
    assert [record['key'] for record in log.read()] == ['key 3']
