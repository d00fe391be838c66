import csv
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.score_files import short_table, write_scores
from lanedet_mm.evaluation.score_records import score_records

MakeRecord = Callable[..., TileRecord]


@pytest.fixture
def records(make_record: MakeRecord) -> list[TileRecord]:
    """Two tiles of Cairo, all and half found, and one of Nevada of which a fifth is found."""
    return [
        make_record('10000001', block='a'),
        make_record('10000002', found=25, block='b', gsd_m=0.16),
        make_record('50000001', found=10, city='nevada', block='c'),
    ]


def test_groups_are_sums_over_their_tiles(records: list[TileRecord]) -> None:
    scores = score_records(records, resamples=0)
    # 100 + 50 + 20 of 300 pixels; no false paint.
    assert scores['overall']['scores']['lane_iou'] == pytest.approx(100 * 170 / 300, abs=0.01)
    assert {city: one['scores']['lane_iou'] for city, one in scores['cities'].items()} == {
        'cairo': 75.0,
        'nevada': 20.0,
    }
    assert {name: one['tiles'] for name, one in scores['gsd_bins'].items()} == {
        '0.10-0.15': 2,
        '0.15-0.20': 1,
    }
    assert scores['cities_by_gsd']['cairo 0.15-0.20']['scores']['lane_iou'] == 50.0
    assert list(scores['scenarios']) == ['curve']
    assert scores['scenarios']['curve']['scores'] == scores['overall']['scores']
    assert scores['overall']['scores']['correctness_0.50m'] == 100.0
    assert scores['overall']['scores']['iou_dashed'] is None
    assert scores['overall']['intervals'] == {}
    assert scores['overall']['truth_m'] == pytest.approx(15, abs=0.5)


def test_across_cities_every_city_counts_once(records: list[TileRecord]) -> None:
    across = score_records(records, resamples=0)['across_cities']['lane_iou']
    assert across == {
        'mean': 47.5,
        'worst': 20.0,
        'worst_city': 'nevada',
        'spread': pytest.approx(55 / math.sqrt(2), abs=1e-3),
        'cities': 2,
    }


def test_an_interval_is_over_blocks_not_tiles(make_record: MakeRecord) -> None:
    found = [50, 40, 30, 20, 10, 0] * 4
    apart = [make_record(f'1{i:07d}', found=rows) for i, rows in enumerate(found)]
    together = [replace(record, block=str(i % 6)) for i, record in enumerate(apart)]
    ends = [
        score_records(one, resamples=300)['overall']['intervals']['lane_iou']
        for one in (apart, together)
    ]
    assert ends[0][0] < 50 < ends[0][1]
    assert ends[1][1] - ends[1][0] > 1.5 * (ends[0][1] - ends[0][0])
    one_block = [replace(record, block='a') for record in apart]
    assert score_records(one_block, resamples=300)['overall']['intervals'] == {}


def test_nothing_and_different_classes_are_refused(records: list[TileRecord]) -> None:
    with pytest.raises(ValueError, match='0 records have the classes'):
        score_records([])
    other = replace(records[0], classes=('background', 'line'))
    with pytest.raises(ValueError, match='needed is one'):
        score_records([records[1], other])


def test_the_files_hold_every_score(tmp_path: Path, records: list[TileRecord]) -> None:
    scores = score_records(records, resamples=50)
    write_scores(tmp_path, scores)
    assert json.loads((tmp_path / 'scores.json').read_text()) == json.loads(json.dumps(scores))
    with (tmp_path / 'scores.csv').open() as file:
        rows = list(csv.DictReader(file))
    (row,) = (
        row
        for row in rows
        if (row['kind'], row['group'], row['score']) == ('cities', 'cairo', 'lane_iou')
    )
    assert (row['tiles'], row['blocks'], row['value']) == ('2', '2', '75.0')
    assert float(row['low']) <= 75 <= float(row['high'])
    (dashed,) = (row for row in rows if (row['kind'], row['score']) == ('overall', 'iou_dashed'))
    assert dashed['value'] == dashed['low'] == ''


def test_the_short_table_names_groups_and_the_worst_city(records: list[TileRecord]) -> None:
    table = short_table(score_records(records, resamples=0))
    lines = {line.split('|')[1].strip(): line for line in table.splitlines() if '|' in line}
    assert ' 56.67 |' in lines['all tiles']
    assert ' 20.00 |' in lines['nevada']
    assert ' 50.00 |' in lines['0.15-0.20 m/px']
    assert ' 56.67 |' in lines['on curve lines']
    assert 'over 2 cities: mean 47.50, worst 20.00 (nevada), spread 38.89' in table
