import subprocess
from pathlib import Path

import pytest

from lanedet_mm.experiments import AblationRun
from lanedet_mm.experiments.prepare_starts import prepare_starts

WRITE = 'import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])'


def make(file: Path, text: str) -> str:
    return f'python -c "{WRITE}" {file} {text}'


def run_from(*files: Path) -> AblationRun:
    return AblationRun(
        'config.py', 'a', 'all', 0, {f'start.{i}': str(f) for i, f in enumerate(files)}
    )


def test_what_a_run_needs_is_made_and_what_that_needs_before_it(tmp_path: Path) -> None:
    teacher, medium, other = (tmp_path / f'{name}.pth' for name in ('teacher', 'medium', 'other'))
    prepare = {
        str(teacher): make(teacher, 'teacher'),
        str(other): make(other, 'other'),
        str(medium): make(medium, str(teacher)),
    }
    prepare_starts(prepare, [run_from(), run_from(medium)])
    assert teacher.read_text() == 'teacher'
    assert medium.stat().st_mtime_ns >= teacher.stat().st_mtime_ns
    assert not other.exists()


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    teacher, medium = tmp_path / 'teacher.pth', tmp_path / 'medium.pth'
    medium.write_text('old')
    prepare = {str(teacher): make(teacher, 'new'), str(medium): make(medium, str(teacher))}
    prepare_starts(prepare, [run_from(medium)])
    assert medium.read_text() == 'old'
    assert not teacher.exists()  # only what there is already would need it


def test_a_command_that_fails_or_makes_nothing_ends_it(tmp_path: Path) -> None:
    file = tmp_path / 'start.pth'
    with pytest.raises(subprocess.CalledProcessError):
        prepare_starts({str(file): 'python -c "raise SystemExit(3)"'}, [run_from(file)])
    with pytest.raises(FileNotFoundError, match=r'there is no .*start\.pth'):
        prepare_starts({str(file): 'python -c pass'}, [run_from(file)])


COPY = 'import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])'
MEET = """
import pathlib, sys, time
own, other, done = map(pathlib.Path, sys.argv[1:])
own.touch()
until = time.monotonic() + 60
while not other.exists():
    if time.monotonic() > until:
        sys.exit('the other was not begun')
    time.sleep(0.01)
time.sleep(0.5)  # who does not wait for it comes too early
done.touch()
"""


def test_starts_that_do_not_need_each_other_are_made_at_a_time(tmp_path: Path) -> None:
    script = tmp_path / 'meet.py'
    script.write_text(MEET)
    one, two, last = (tmp_path / f'{name}.pth' for name in ('one', 'two', 'last'))
    begun = [tmp_path / 'one', tmp_path / 'two']
    prepare = {
        str(one): f'python {script} {begun[0]} {begun[1]} {one}',
        str(two): f'python {script} {begun[1]} {begun[0]} {two}',
        str(last): f'python -c "{COPY}" {two} {last}',
    }
    prepare_starts(prepare, [run_from(one), run_from(last)], jobs=3)
    assert last.exists()  # its command fails where `two` is not there yet


def test_after_a_failure_nothing_is_begun(tmp_path: Path) -> None:
    bad, next_one = tmp_path / 'bad.pth', tmp_path / 'next.pth'
    prepare = {str(bad): 'python -c "raise SystemExit(3)"', str(next_one): make(next_one, 'x')}
    with pytest.raises(subprocess.CalledProcessError):
        prepare_starts(prepare, [run_from(bad, next_one)])
    assert not next_one.exists()
