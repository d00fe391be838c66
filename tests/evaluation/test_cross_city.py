from collections.abc import Callable
from pathlib import Path

import pytest

from lanedet_mm.evaluation.cross_city import cross_city_table, merge_evaluations
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_records import append_record
from lanedet_mm.evaluation.score_records import score_records


@pytest.fixture
def folders(tmp_path: Path, make_record: Callable[..., TileRecord]) -> list[Path]:
    """Evaluations of two models, of which each has seen one city."""
    found = []
    for name, city, rows in (('10000001', 'cairo', 50), ('50000001', 'nevada', 10)):
        folder = tmp_path / city
        folder.mkdir()
        append_record(folder / 'tiles.jsonl', make_record(name, city=city, found=rows))
        found.append(folder)
    return found


def test_the_table_has_mean_worst_and_spread(folders: list[Path]) -> None:
    scores = score_records(merge_evaluations(folders), resamples=0)
    head, _, row = cross_city_table({'student-0': scores}).splitlines()
    assert head.split(' | ')[-2:] == ['cairo', 'nevada |']
    cells = [cell.strip() for cell in row.strip('|').split('|')]
    # 120 of 200 pixels; root of half of 80 squared is 56.57.
    assert cells[:5] == ['student-0', '60.00', '20.00 (nevada)', '56.57', '60.00']
    assert cells[6:] == ['100.00', '20.00']


def test_a_tile_in_two_evaluations_is_refused(folders: list[Path]) -> None:
    with pytest.raises(ValueError, match=r'tile 10000001 is in .*different tiles'):
        merge_evaluations([*folders, folders[0]])
