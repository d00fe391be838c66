from pathlib import Path

from lanedet_mm.checkpoints.last_checkpoint import last_checkpoint


def test_what_the_note_names(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    there = tmp_path / 'elsewhere.pth'
    (tmp_path / 'last_checkpoint').write_text(f'{there}\n')
    assert last_checkpoint(tmp_path) == there  # gone: who asks for it says so


def test_a_folder_that_was_moved(tmp_path: Path) -> None:
    (tmp_path / 'last_checkpoint').write_text('/before/iter_9.pth')
    (tmp_path / 'iter_9.pth').touch()
    assert last_checkpoint(tmp_path) == tmp_path / 'iter_9.pth'
