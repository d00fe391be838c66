"""Files that are there whole or not at all."""

from pathlib import Path
from uuid import uuid4


def write_atomically(path: Path, data: bytes | memoryview, *, rivals: bool = False) -> None:
    """Write a file that is there whole or not at all; its folder is made.

    Args:
        path: The file.
        data: Its bytes.
        rivals: Whether another process may write the same file at the same time. Without rivals,
            the next run writes over what a killed one leaves behind; with them it stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f'.{path.name}{f".{uuid4().hex}" if rivals else ""}.part')
    part.write_bytes(data)
    part.replace(path)
