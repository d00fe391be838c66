"""The list of the tiles of a corpus."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

_TEXT = ('id', 'source', 'licence', 'place', 'time', 'sha256', 'phash', 'key')
_WHOLE = ('width_px', 'height_px')


def write_corpus_manifest(path: Path, columns: Iterable[str], rows: Iterable[list[Any]]) -> int:
    """Write the manifest whole or not at all, without holding it in memory.

    Args:
        path: A parquet file.
        columns: Their names.
        rows: Lists of rows as dictionaries.

    Returns:
        How many tiles it has.
    """
    schema = pyarrow.schema([(name, _type_of(name)) for name in columns])
    part = path.with_name(f'.{path.name}.part')
    count = 0
    with pyarrow.parquet.ParquetWriter(part, schema) as writer:
        for some in rows:
            writer.write_table(pyarrow.Table.from_pylist(some, schema))
            count += len(some)
    part.replace(path)
    return count


def _type_of(name: str) -> pyarrow.DataType:
    if name in _TEXT:
        return pyarrow.string()
    return pyarrow.int32() if name in _WHOLE else pyarrow.float64()
