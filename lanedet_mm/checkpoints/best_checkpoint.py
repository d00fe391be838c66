"""The checkpoint that a training is judged by."""

from pathlib import Path

from lanedet_mm.checkpoints.last_checkpoint import last_checkpoint
from lanedet_mm.checkpoints.stored_training import StoredTraining


def best_checkpoint(work_dir: Path | str, pattern: str = 'best_*.pth') -> Path:
    """The checkpoint that training kept as best, or the last one where nothing was validated.

    Of several trainings in one folder it is that of the newest: the last checkpoint says which was
    its best. Where it is not there to be asked, the newest best one is taken.

    Args:
        work_dir: Folder of the training.
        pattern: Names of the files that may be it.

    Raises:
        FileNotFoundError: If there is none; says how to get one.
    """
    found = sorted(Path(work_dir).glob(pattern), key=lambda path: path.stat().st_mtime)
    last = last_checkpoint(work_dir)
    if last is not None:
        kept = _best_names(last)
        if kept is not None:
            found = [path for path in found if path.name in kept]
        found = found or [last]
    if not found:
        raise FileNotFoundError(
            f'no {pattern} in {work_dir}; name a checkpoint, or train the config first'
        )
    return found[-1]


def _best_names(checkpoint: Path) -> tuple[str, ...] | None:
    """Names of the best checkpoints of a training; None where it cannot be asked."""
    try:
        return StoredTraining.read(checkpoint).best
    except (FileNotFoundError, ValueError):
        return None
