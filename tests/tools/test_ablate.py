import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest

from lanedet_mm.experiments import AblationRun, train_and_test

RunTool = Callable[..., str]
SHELL = subprocess.run
ROOT = Path(__file__).parents[2]

SPEC = """
config = '{config}'
variants = dict(base=dict(), plain={{'model.decode_head.use_attention': False}})
folds = dict(only=dict(data_root='{data}', split='.'))
seeds = (0,)
metrics = ('lane_iou', 'count/weights')
scorers = dict(count='{python} -c "import json; print(json.dumps(dict(weights=3)))" {{checkpoint}}')
"""


@pytest.fixture
def tool(
    load_tool: Callable[[str], ModuleType],
    start_tool: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> ModuleType:
    """The tool, whose runs take their turns in this process and not in threads and others."""

    def run(
        command: list[str], *, stdout: IO[str] | int | None = None, **options: object
    ) -> subprocess.CompletedProcess[str]:
        script = Path(command[1]).name
        if script not in ('train.py', 'test.py'):
            return SHELL(command, stdout=stdout, **options)
        status, printed = start_tool(script, *command[2:])
        stdout.write(printed)
        if status:
            raise subprocess.CalledProcessError(status, command)
        return subprocess.CompletedProcess(command, status)

    def in_turns(
        work: Callable[[AblationRun], object], runs: Sequence[AblationRun], *, jobs: int
    ) -> Iterator[tuple[AblationRun, object]]:
        assert jobs == 1
        return ((one, work(one)) for one in runs)

    module = load_tool('ablate.py')
    monkeypatch.setattr(train_and_test.subprocess, 'run', run)
    monkeypatch.setattr(module, 'run_in_threads', in_turns)
    return module


def test_a_stopped_ablation_goes_on_with_what_is_missing(
    tool: ModuleType,
    tmp_path: Path,
    tiny_config: Path,
    tiny_data: Path,
    run_tool: RunTool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = tmp_path / 'spec.py'
    spec.write_text(SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable))
    tool.main([str(spec), '--out', str(tmp_path)])
    assert '2 of 2 runs' in capsys.readouterr().out
    lines = (tmp_path / 'results.jsonl').read_text().splitlines()
    first = json.loads(lines[0])
    assert first['variant'] == 'base'
    assert first['scores']['count/weights'] == 3
    assert {'commit', 'seconds', 'seed', 'config', 'options'} <= set(first)

    (tmp_path / 'results.jsonl').write_text(lines[0] + '\n')
    tool.main([str(spec), '--out', str(tmp_path)])
    printed = capsys.readouterr().out
    assert 'plain-only-0' in printed
    assert 'base-only-0' not in printed
    table = (tmp_path / 'table.md').read_text()
    assert table.count('| 3.00 |') == 2
    assert '| against base |' in table and '| +0.00 | 1 |' in table
    assert table in run_tool('ablate.py', spec, '--out', tmp_path)  # nothing is left to run


def test_a_failed_run_is_named_and_keeps_the_others(
    tool: ModuleType,
    tmp_path: Path,
    tiny_config: Path,
    tiny_data: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable)
    text = text.replace('base=dict()', "base={'model.type': 'Nothing'}")
    (tmp_path / 'spec.py').write_text(text)
    with pytest.raises(SystemExit, match='1 runs failed'):
        tool.main([str(tmp_path / 'spec.py'), '--out', str(tmp_path)])
    printed = capsys.readouterr().out
    assert 'base-only-0' in printed
    assert 'failed, see' in printed
    assert '1 of 2 runs' in printed
    (log,) = tmp_path.glob('base-only-0-*/run.log')
    assert 'Nothing is not in the' in log.read_text()


def test_processes_and_jobs_are_passed_on(
    tool: ModuleType,
    tmp_path: Path,
    tiny_config: Path,
    tiny_data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec, asked = tmp_path / 'spec.py', []
    spec.write_text(SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable))

    def run_ablation(*_: object, processes: int, jobs: int, **__: object) -> Iterator[object]:
        asked.append((processes, jobs))
        return iter(())

    monkeypatch.setattr(tool, 'run_ablation', run_ablation)
    tool.main([str(spec), '--out', str(tmp_path / 'out')])
    tool.main([str(spec), '--out', str(tmp_path / 'out'), '--processes', '3', '--jobs', '2'])
    assert asked == [(1, 1), (3, 2)]


@pytest.mark.parametrize('flag', ['--jobs', '--processes'])
def test_nothing_is_run_by_no_process(
    tool: ModuleType, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    with pytest.raises(SystemExit):
        tool.main(['spec.py', flag, '0'])
    assert f'{flag} 0: needed is 1 or more' in capsys.readouterr().err


def test_the_table_alone_runs_nothing(
    tool: ModuleType, tmp_path: Path, tiny_config: Path, tiny_data: Path
) -> None:
    spec = tmp_path / 'spec.py'
    spec.write_text(SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable))
    tool.main([str(spec), '--out', str(tmp_path / 'out'), '--table'])
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['table.md']
    with pytest.raises(SystemExit, match=r"no variant 'other' in the spec; it has base, plain"):
        tool.main([str(spec), '--table', '--against', 'other'])
    with pytest.raises(SystemExit, match=r'no seed 7 in the spec; it has 0'):
        tool.main([str(spec), '--table', '--seeds', '0', '7'])


def test_part_of_a_spec_runs_after_what_it_starts_from(
    tool: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, spec = tmp_path / 'start.pth', tmp_path / 'spec.py'
    write = 'import pathlib, sys; pathlib.Path(sys.argv[1]).touch()'
    spec.write_text(
        f'config = {str(ROOT / "configs/demo/premium_baseline.py")!r}\n'
        f'variants = dict(base=dict(), started=dict(load_from={str(start)!r}), other=dict())\n'
        f'prepare = {{{str(start)!r}: \'python -c "{write}" {start}\'}}\n'
    )
    seen: list[tuple[str, int, bool]] = []

    def in_turns(
        work: Callable[[AblationRun], object], runs: Sequence[AblationRun], *, jobs: int
    ) -> Iterator[tuple[AblationRun, object]]:
        for run in runs:
            seen.append((run.variant, run.seed, start.exists()))
            place = {'variant': run.variant, 'fold': run.fold, 'seed': run.seed}
            yield run, {'key': run.key, 'scores': {'lane_iou': 1.0}, 'seconds': 0.0, **place}

    monkeypatch.setattr(tool, 'run_in_threads', in_turns)
    out = ('--out', str(tmp_path))
    tool.main([str(spec), *out, '--only', 'base', '--seeds', '1'])
    assert seen == [('base', 1, False)]
    tool.main([str(spec), *out, '--only', 'started', 'base', '--seeds', '2', '1'])
    assert seen[1:] == [('started', 1, True), ('base', 2, True), ('started', 2, True)]
    spec.write_text(spec.read_text().replace('touch()', 'read_text()'))
    start.unlink()
    with pytest.raises(SystemExit, match=r'error: .* non-zero exit status 1'):
        tool.main([str(spec), *out])
