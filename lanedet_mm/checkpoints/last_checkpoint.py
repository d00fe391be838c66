"""The checkpoint with which a training ended."""

from pathlib import Path


def last_checkpoint(work_dir: Path | str) -> Path | None:
    """The checkpoint that training wrote last, also in a folder that was moved; it may be gone."""
    note = Path(work_dir) / 'last_checkpoint'
    if not note.exists():
        return None
    path = Path(note.read_text().strip())
    moved = Path(work_dir) / path.name
    return moved if moved.is_file() and not path.is_file() else path
