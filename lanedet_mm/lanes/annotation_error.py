"""The error of an annotation that cannot be used."""

from pathlib import Path


class AnnotationError(ValueError):
    """An annotation file is broken, or says something that cannot be true.

    Args:
        path: The file, or None for an annotation that was never one.
        reason: What was got, what is needed, what to do.
    """

    def __init__(self, path: Path | str | None, reason: str) -> None:
        super().__init__(f'{path}: {reason}' if path is not None else reason)
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type['AnnotationError'], tuple[Path | str | None, str]]:
        # Exceptions with two arguments do not survive a process pool by themselves.
        return type(self), (self.path, self.reason)
