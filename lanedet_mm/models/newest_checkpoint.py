"""The file that a pattern of checkpoints means."""

from pathlib import Path


def newest_checkpoint(name: str) -> str:
    """The newest file of a pattern, or what its folder ended with; anything else as it is.

    Args:
        name: A path, a URL, or a pattern such as `work_dirs/NAME/best_*.pth`. A training that
            validates nothing keeps no best one: the last one stands in for it.

    Returns:
        The file; the pattern itself where nothing fits it.
    """
    if not set('*?[') & set(name) or '://' in name:
        return name
    pattern = Path(name)
    found = sorted(pattern.parent.glob(pattern.name), key=lambda path: path.stat().st_mtime)
    last = pattern.parent / 'last_checkpoint'
    if not found and pattern.name.startswith('best_') and last.is_file():
        return str(pattern.parent / Path(last.read_text().strip()).name)
    return str(found[-1]) if found else name
