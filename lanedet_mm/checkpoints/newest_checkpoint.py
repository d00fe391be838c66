"""The file that a pattern of checkpoints means."""

from pathlib import Path

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint


def newest_checkpoint(name: str) -> str:
    """The newest file of a pattern, of a training's best ones that of `best_checkpoint`.

    Args:
        name: A path, a URL, or a pattern such as `work_dirs/NAME/best_*.pth`.

    Returns:
        The file; the name itself where it is no pattern, or where nothing fits it.
    """
    if not set('*?[') & set(name) or '://' in name:
        return name
    pattern = Path(name)
    if pattern.name.startswith('best_'):
        try:
            return str(best_checkpoint(pattern.parent, pattern.name))
        except FileNotFoundError:
            return name
    found = sorted(pattern.parent.glob(pattern.name), key=lambda path: path.stat().st_mtime)
    return str(found[-1]) if found else name
