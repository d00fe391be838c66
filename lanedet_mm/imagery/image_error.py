"""The error of an image that cannot be used."""

from pathlib import Path


class ImageError(ValueError):
    """An image file is missing, broken, or of a kind that would be read wrongly.

    Args:
        path: The file.
        reason: What was got, what is needed, what to do.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f'{path}: {reason}')
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type['ImageError'], tuple[Path | str, str]]:
        # Exceptions with two arguments do not survive a process pool by themselves.
        return type(self), (self.path, self.reason)
