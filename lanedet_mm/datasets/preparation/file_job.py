"""One piece of file work."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FileJob:
    """Files that are made from other files.

    Attributes:
        sources: What is read; a report of broken input names the first one.
        outputs: What is written.
    """

    sources: tuple[Path, ...]
    outputs: tuple[Path, ...]

    def is_done(self) -> bool:
        """Whether every output is there and none is older than a source."""
        try:
            made = min(path.stat().st_mtime_ns for path in self.outputs)
            changed = max(path.stat().st_mtime_ns for path in self.sources)
        except FileNotFoundError:
            return False
        return made >= changed
