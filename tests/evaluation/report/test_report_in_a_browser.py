"""The page in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lanedet_mm.evaluation.records.labelled_tile import LabelledTiles
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.report.tile_picture import worst_pictures
from lanedet_mm.evaluation.report.write_report import write_report
from lanedet_mm.evaluation.score_records import score_records
from lanedet_mm.imagery import write_image

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip('playwright.sync_api', reason='pip install playwright')
BROWSER = shutil.which('chromium') or shutil.which('chromium-browser')
FLAGS = (
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
)  # fmt: skip
DASH = '\u2013'
PALETTE = ((0, 0, 0), (230, 60, 50), (40, 150, 255))


@pytest.fixture(scope='module')
def report(
    tmp_path_factory: pytest.TempPathFactory, records: list[TileRecord], tiles: LabelledTiles
) -> Path:
    out = tmp_path_factory.mktemp('report')
    for record in records:
        write_image(out / 'masks' / f'{record.id}.png', np.zeros((60, 60), np.uint8))
    pictures = worst_pictures(out, tiles, records, palette=PALETTE, count=2)
    (out / 'robustness.json').write_text(
        '{"samples": 4, "mean_relative_drop": 0.5, "clean": {"lane_iou": 0.4}, "corruptions": '
        '{"haze": {"unit": "share", "amounts": [0.1, 0.2], "relative_drop": [0.2, null], '
        '"mean_relative_drop": null}}}'
    )
    return write_report(
        out, records=records, scores=score_records(records, resamples=50), pictures=pictures
    )


@pytest.fixture(scope='module')
def page(report: Path) -> Iterator[Page]:
    if BROWSER is None:
        pytest.skip('no Chromium here; on Debian: apt-get install chromium')
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        context = browser.new_context(offline=True)
        page = context.new_page()
        complaints: list[str] = []
        page.on('console', lambda message: complaints.append(message.text))
        page.on('pageerror', lambda error: complaints.append(str(error)))
        page.on('requestfailed', lambda request: complaints.append(request.url))
        page.goto(report.as_uri())
        yield page
        assert complaints == [], 'a click made the page complain'
        browser.close()


def test_it_opens_without_a_network_and_without_a_complaint(page: Page) -> None:
    assert page.title().endswith('evaluation')
    outside = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length"
    )
    assert outside == 0


def test_every_picture_loads(page: Page) -> None:
    widths = page.eval_on_selector_all(
        'figure img', 'all => Promise.all(all.map(i => i.decode().then(() => i.naturalWidth)))'
    )
    assert widths == [1650, 1650]  # four panels of 400 px and the gaps


def test_a_click_on_a_heading_sorts_by_number_and_a_second_one_turns_it(page: Page) -> None:
    table = page.locator('#tiles table')
    heads = table.locator('th').all_inner_texts()
    column = heads.index('lane IoU')

    def shown() -> list[str]:
        return [
            row.locator('td').nth(column).inner_text() for row in table.locator('tbody tr').all()
        ]

    head = table.locator('th').nth(column)
    head.locator('button').click()
    rising = shown()
    # 100 sorts behind 33.3 as a number; a tile without lanes stands last.
    assert rising == ['0.0', '33.3', '100.0', DASH]
    assert head.get_attribute('aria-sort') == 'ascending'
    head.locator('button').click()
    assert shown() == ['100.0', '33.3', '0.0', DASH]
    assert head.get_attribute('aria-sort') == 'descending'


def test_a_click_enlarges_a_picture_and_another_one_closes_it(page: Page) -> None:
    dialog = page.locator('dialog')
    assert not dialog.is_visible()
    page.locator('figure button').first.click()
    assert dialog.is_visible()
    first = page.locator('figure img').first
    assert dialog.locator('img').get_attribute('src') == first.get_attribute('src')
    assert dialog.bounding_box()['width'] > first.bounding_box()['width']
    dialog.click()
    assert not dialog.is_visible()


def test_the_page_is_not_wider_than_a_narrow_window(page: Page) -> None:
    page.set_viewport_size({'width': 420, 'height': 900})
    assert page.evaluate('document.documentElement.scrollWidth') <= 420
    page.set_viewport_size({'width': 1280, 'height': 900})
