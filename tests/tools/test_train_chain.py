from collections.abc import Callable
from pathlib import Path

import pytest

DISTILLED = """
_base_ = '{base}'
work_dir = '{folder}/student'
model = dict(
    _delete_=True,
    type='SegmentorDistiller',
    student=_base_.model,
    teacher='{base}',
    teacher_checkpoint='{folder}/teacher/iter_2.pth',
)
"""


@pytest.fixture
def chain(tiny_config: Path, tmp_path: Path) -> list[Path]:
    """A teacher, and a student that learns from what it has left."""
    teacher, student = tmp_path / 'teacher.py', tmp_path / 'student.py'
    teacher.write_text(f"_base_ = '{tiny_config}'\nwork_dir = '{tmp_path}/teacher'\n")
    student.write_text(DISTILLED.format(base=teacher, folder=tmp_path))
    return [teacher, student]


def test_a_student_learns_from_the_teacher_before_it_and_nothing_is_trained_twice(
    chain: list[Path], tiny_data: Path, run_tool: Callable[..., str], tmp_path: Path
) -> None:
    arguments = (*chain, '--', '--data-root', tiny_data, '--split', '.')
    printed = run_tool('train_chain.py', *arguments)
    assert f'1 of 2: {chain[0]}' in printed
    weights = tmp_path / 'teacher/iter_2.pth'
    assert f'teacher: {weights}' in printed
    assert 'loss_kd' in printed
    assert (tmp_path / 'student/iter_2.pth').is_file()
    before = weights.stat().st_mtime_ns
    again = run_tool('train_chain.py', *arguments)
    assert 'Iter(train)' not in again
    assert weights.stat().st_mtime_ns == before
    other = (*chain, '--', '--data-root', tiny_data, '--split', 'other')
    printed = run_tool('train_chain.py', *other, status=1)
    assert 'cannot be resumed by this config: the list of its training tiles' in printed
    assert f'{chain[0]} failed with status 1' in printed
    student = (chain[1], tmp_path / 'student/iter_2.pth')
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path / 'test')
    assert 'laneIoU' in run_tool('test.py', *student, *data)  # a distiller's checkpoint
    assert 'laneIoU' in run_tool('test.py', chain[0], student[1], *data)  # in the student's config


def test_the_first_failure_ends_the_chain(
    chain: list[Path], run_tool: Callable[..., str], tmp_path: Path
) -> None:
    options = ('--', '--data-root', tmp_path / 'nowhere')
    printed = run_tool('train_chain.py', *chain, *options, status=1)
    assert f'{chain[0]} failed with status 1; the chain ends here' in printed
    assert '2 of 2' not in printed


def test_what_cannot_be_meant_is_refused(call_tool: Callable[..., str], chain: list[Path]) -> None:
    assert 'no config nothing.py' in call_tool('train_chain.py', 'nothing.py', status=1)
    call_tool('train_chain.py', *chain, '--', '--work-dir', 'one', status=2)
