import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.evaluation.records.labelled_tile import LabelledTiles
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.report.line_chart import line_chart
from lanedet_mm.evaluation.report.report_parts import heat_map
from lanedet_mm.evaluation.report.tile_picture import worst_pictures
from lanedet_mm.evaluation.report.write_report import write_report
from lanedet_mm.evaluation.score_records import score_records
from lanedet_mm.imagery import write_image

PALETTE = ((0, 0, 0), (230, 60, 50), (40, 150, 255))


def test_the_page_has_the_scores_and_nothing_from_elsewhere(
    tmp_path: Path, records: list[TileRecord]
) -> None:
    page = write_report(
        tmp_path, records=records, scores=score_records(records, resamples=20)
    ).read_text()
    # 120 + 0 + 60 pixels found, 360 true and 60 false ones: 180 / (360 + 60).
    assert '<b>42.9</b><span>lane IoU, %</span>' in page
    assert 'mean over cities 44.4, worst 0.0 (city 2)' in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    assert 'id="robustness"' not in page
    assert 'id="worst"' not in page


def test_names_are_text_and_no_markup(tmp_path: Path, records: list[TileRecord]) -> None:
    named = [replace(records[0], id='<script>alert(1)</script>')]
    page = write_report(
        tmp_path, records=named, scores=score_records(named, resamples=0)
    ).read_text()
    assert '<script>alert' not in page
    assert '&lt;script&gt;alert(1)&lt;/script&gt;' in page


def test_the_worst_come_first_and_one_without_lanes_is_not_among_them(
    tmp_path: Path, records: list[TileRecord], tiles: LabelledTiles
) -> None:
    for record in records:
        write_image(tmp_path / 'masks' / f'{record.id}.png', np.zeros((60, 60), np.uint8))
    pictures = worst_pictures(tmp_path, tiles, records, palette=PALETTE, count=9)
    assert [picture.id for picture in pictures] == ['20000001', '30000001', '10000001']
    assert pictures[0].caption == 'lane IoU 0.0 · F1 0.0 · 0.10 m/px · curve'


def test_corruptions_are_sorted_by_what_they_take() -> None:
    rows = {
        name: {'unit': 'm', 'amounts': [1], 'relative_drop': [drop], 'mean_relative_drop': drop}
        for name, drop in (('haze', 0.1), ('jpeg', None), ('motion_blur', 0.4))
    }
    assert [row['name'] for row in heat_map({'corruptions': rows})] == [
        'motion blur', 'haze', 'jpeg',
    ]  # fmt: skip


def test_a_chart_puts_points_where_the_axes_say() -> None:
    chart = line_chart({'a': [(0, 0), (10, 1)]}, x_label='x', y_label='<y>', dots=True)
    circles = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', chart)
    assert circles == [('46.0', '186.0'), ('328.0', '12.0')]
    assert '<y>' not in chart
    assert '&lt;y&gt; by x' in chart


@pytest.mark.parametrize('value', [0.0, 5.0])
def test_a_chart_of_one_value_has_an_axis(value: float) -> None:
    chart = line_chart({'a': [(1, value), (2, value)]}, x_label='x', y_label='y')
    assert 'nan' not in chart
    assert len(re.findall('class="grid"', chart)) >= 2
