from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from lanedet_mm.collection.corpus_journal import COLUMNS
from lanedet_mm.collection.corpus_manifest import write_corpus_manifest


def row(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**dict.fromkeys(COLUMNS), 'id': f't{number}', 'width_px': 512, **changes}


def test_columns_have_the_same_types_whatever_is_known(tmp_path: Path) -> None:
    path = tmp_path / 'manifest.parquet'
    lists = [[row(0), row(1)], [row(2, gsd_m=0.1, xmin=1e6, time='2021', place='köln')]]
    assert write_corpus_manifest(path, COLUMNS, lists) == 3
    table = pyarrow.parquet.read_table(path)
    assert tuple(table.column_names) == COLUMNS
    types = {name: str(table.schema.field(name).type) for name in COLUMNS}
    assert {name for name, kind in types.items() if kind == 'double'} == {
        'gsd_m', 'xmin', 'ymin', 'xmax', 'ymax'
    }  # fmt: skip
    assert {name for name, kind in types.items() if kind == 'int32'} == {'width_px', 'height_px'}
    assert table.to_pylist() == lists[0] + lists[1]


def test_no_tiles_are_a_manifest_too(tmp_path: Path) -> None:
    path = tmp_path / 'manifest.parquet'
    assert write_corpus_manifest(path, COLUMNS, []) == 0
    assert pyarrow.parquet.read_table(path).num_rows == 0


def test_what_breaks_off_leaves_the_earlier_manifest(tmp_path: Path) -> None:
    path = tmp_path / 'manifest.parquet'
    write_corpus_manifest(path, COLUMNS, [[row(0)]])
    before = path.read_bytes()

    def torn() -> Iterator[list[dict[str, Any]]]:
        yield [row(1)]
        raise OSError('the disk is full')

    with pytest.raises(OSError, match='the disk is full'):
        write_corpus_manifest(path, COLUMNS, torn())
    assert path.read_bytes() == before
