"""One JSON line per finished run."""

import json
import os
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class ResultLog:
    """Results on disk, appended line by line.

    A line that a kill cut short is no result: it is left out, and its run is done again.

    Args:
        path: The file; it need not be there yet.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def read(self) -> list[Record]:
        """Every whole record, the latest of each key."""
        records: dict[str, Record] = {}
        for line in self.path.read_text().splitlines() if self.path.exists() else []:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            records[record['key']] = record
        return list(records.values())

    def append(self, record: Record) -> None:
        """Add a record and see it to the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = not self.path.exists() or self.path.read_bytes()[-1:] in (b'', b'\n')
        with self.path.open('a') as file:
            file.write(('' if whole else '\n') + json.dumps(record) + '\n')
            file.flush()
            os.fsync(file.fileno())
