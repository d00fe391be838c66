from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.evaluation.records.sum_tile import sum_tile
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_records import append_record, cut_partial_line, read_records
from lanedet_mm.evaluation.records.tile_sums import TileSums

CLASSES = ('background', 'solid', 'dashed')


def sums(shift_px: int) -> TileSums:
    """A line of 50 px at 0.1 m, found so far aside."""
    truth, predicted = np.zeros((2, 60, 60), np.uint8)
    truth[5:55, 20:23] = 1
    predicted[5:55, 20 + shift_px : 23 + shift_px] = 1
    return sum_tile(predicted, truth, ground_gsd_m=0.1, num_classes=3)


def record(name: str, shift_px: int = 0) -> TileRecord:
    return TileRecord(
        name, 'cairo', 'cairo/1/2', 0.1, CLASSES, sums(shift_px), {'shadow': sums(shift_px)}
    )


def assert_same(one: TileSums, other: TileSums) -> None:
    assert one.confusion.tolist() == other.confusion.tolist()
    assert one.lines.tolerances_m == other.lines.tolerances_m
    np.testing.assert_allclose(one.to_vector(), other.to_vector(), atol=1e-6)


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    for name, shift_px in (('10000001', 0), ('10000002', 2)):
        append_record(tmp_path / 'tiles.jsonl', record(name, shift_px))
    first, second = read_records(tmp_path)
    assert (first.id, first.city, first.block, first.gsd_m) == (
        '10000001', 'cairo', 'cairo/1/2', 0.1,
    )  # fmt: skip
    assert first.classes == CLASSES
    assert_same(first.sums, sums(0))
    assert_same(second.scenarios['shadow'], sums(2))
    assert first.confusion[1].tolist() == [0, 150, 0]
    assert second.lines.found_truth_m[:, 0] == pytest.approx([0, 5, 5, 5])


def test_a_line_that_a_kill_cut_is_left_out_and_cut_off(tmp_path: Path) -> None:
    path = tmp_path / 'tiles.jsonl'
    append_record(path, record('10000001'))
    with path.open('a') as file:
        file.write('{"id": "10000002", "ci')
    assert [one.id for one in read_records(path)] == ['10000001']
    cut_partial_line(path)
    append_record(path, record('10000003'))
    assert [one.id for one in read_records(path)] == ['10000001', '10000003']


def test_what_is_no_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / 'tiles.jsonl'
    with pytest.raises(FileNotFoundError, match=r'tools/evaluate\.py'):
        read_records(path)
    append_record(path, record('10000001'))
    append_record(path, record('10000001'))
    with pytest.raises(ValueError, match='line 2: tile 10000001 is there twice'):
        read_records(path)
    path.write_text('{"id": 3}\n')
    with pytest.raises(ValueError, match=r'line 1: .* is no record of a tile'):
        read_records(path)


def test_the_vector_of_a_sum_is_the_sum_of_the_vectors() -> None:
    one, other = sums(0), sums(2)
    both = TileSums.add_up([one, other])
    np.testing.assert_allclose(both.to_vector(), one.to_vector() + other.to_vector())
    assert_same(one.with_vector(both.to_vector()), both)
    with pytest.raises(ValueError, match='no sums to add up'):
        TileSums.add_up([])
