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
