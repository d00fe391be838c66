"""A folder that was prepared one way is not gone on with another way."""

import json
from pathlib import Path

from lanedet_mm.imagery import write_atomically


def claim_folder(out: Path, options: dict[str, object]) -> None:
    """Note in `prepare.json` how a folder is prepared.

    Args:
        out: The folder; it need not be there.
        options: What decides its files.

    Raises:
        ValueError: If it was prepared with other options.
    """
    note = out / 'prepare.json'
    if note.exists() and json.loads(note.read_bytes()) != options:
        raise ValueError(
            f'{out} was prepared with {note.read_text()}, now asked for is {json.dumps(options)}: '
            'delete it or name another folder'
        )
    write_atomically(note, json.dumps(options).encode())
