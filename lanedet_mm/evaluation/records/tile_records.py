"""The file of an evaluation: one line of JSON a tile."""

import json
from pathlib import Path

from lanedet_mm.evaluation.records.tile_record import TileRecord

FILE_NAME = 'tiles.jsonl'


def read_records(path: Path | str) -> list[TileRecord]:
    """Read the records of an evaluation, in their order.

    Args:
        path: `tiles.jsonl`, or the folder that holds it. A last line that a kill cut short is left
            out.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line in its middle is no record, or a tile comes twice.
    """
    path = Path(path)
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise FileNotFoundError(f'no {path}; needed is what tools/evaluate.py writes')
    records: dict[str, TileRecord] = {}
    lines = path.read_text().split('\n')
    for number, line in enumerate(lines[:-1], start=1):  # behind the last line feed: nothing whole
        try:
            record = TileRecord.from_dict(json.loads(line))
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(
                f'{path}, line {number}: {line[:40]!r} is no record of a tile ({error}); delete '
                'the file and evaluate again'
            ) from error
        if record.id in records:
            raise ValueError(f'{path}, line {number}: tile {record.id} is there twice')
        records[record.id] = record
    return list(records.values())


def append_record(path: Path | str, record: TileRecord) -> None:
    """Add one record to the file, which is made where it is missing.

    A part of a line that a kill left at the end of the file has to be cut off before; see
    `cut_partial_line`.
    """
    with Path(path).open('a') as file:
        file.write(json.dumps(record.to_dict(), separators=(',', ':')) + '\n')


def cut_partial_line(path: Path | str) -> None:
    """Take away what follows the last whole line, so that records can be added."""
    path = Path(path)
    if path.is_file():
        data = path.read_bytes()
        whole = data.rfind(b'\n') + 1
        if whole < len(data):
            path.write_bytes(data[:whole])
