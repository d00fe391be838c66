import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collection_report import CollectionReport
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import read_image
from lanedet_mm.registry import UNLABELED_SOURCES

Manifest = Callable[[Path], list[dict[str, Any]]]


def planned(plan: list[Any], **options: Any) -> dict[str, Any]:  # noqa: ANN401
    return {'type': 'PlannedSource', 'plan': plan, **options}


def test_a_tile_is_on_disk_and_in_the_manifest(tmp_path: Path, manifest: Manifest) -> None:
    report = Collector(out=tmp_path).collect([planned([7], regions=True)])
    (row,) = manifest(tmp_path)
    path = tmp_path / 'tiles' / f'{row["id"]}.jpg'
    assert row['sha256'] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_image(path).shape == (64, 64, 3)
    assert (row['source'], row['licence'], row['place']) == ('planned', 'ours', 'place 0')
    assert (row['gsd_m'], row['time'], row['width_px'], row['height_px']) == (0.25, '2021', 64, 64)
    assert (row['xmin'], row['ymin'], row['xmax'], row['ymax']) == (0, 0, 10, 10)
    assert len(row['phash']) == 16
    assert report.is_whole
    assert report.tiles == 1


def test_blank_and_near_duplicate_tiles_are_dropped_and_counted(
    tmp_path: Path, manifest: Manifest
) -> None:
    plan = [1, 'blank', 'same:1', 2, 'same:2', 'same:1', 3]
    report = Collector(out=tmp_path).collect([planned(plan)])
    assert [row['key'] for row in manifest(tmp_path)] == ['0:1', '3:2', '6:3']
    assert report.counts['planned'] == {
        'kept': 3, 'blank': 1, 'duplicate': 3, 'excluded': 0, 'empty': 0, 'failed': 0
    }  # fmt: skip
    assert len(list((tmp_path / 'tiles').iterdir())) == 3


def test_duplicates_are_found_across_sources(tmp_path: Path, manifest: Manifest) -> None:
    sources = [planned([1, 2], name='a'), planned(['same:2', 3], name='b')]
    Collector(out=tmp_path).collect(sources)
    assert [row['source'] for row in manifest(tmp_path)] == ['a', 'a', 'b']


def test_what_failed_is_reported_and_tried_again_in_its_own_place(
    tmp_path: Path, manifest: Manifest, fetched: list[str]
) -> None:
    plan = [1, f'until:{tmp_path / "mended"}', 3]
    report = Collector(out=tmp_path).collect([planned(plan)])
    assert not report.is_whole
    assert report.counts['planned']['failed'] == 1
    assert report.failures['planned'][0].endswith('the server was out')
    assert 'the server was out' in (tmp_path / 'report.json').read_text()
    (tmp_path / 'mended').touch()
    fetched.clear()
    assert Collector(out=tmp_path).collect([planned(plan)]).is_whole
    assert len(fetched) == 1
    assert [row['key'][0] for row in manifest(tmp_path)] == ['0', '1', '2']


def test_a_source_that_fails_on_and_on_is_left_and_the_next_one_goes_on(
    tmp_path: Path, fetched: list[str]
) -> None:
    sources = [planned(['fail'] * 30 + [1], name='down'), planned([2], name='up')]
    report = Collector(out=tmp_path, give_up_after=5).collect(sources)
    assert len([key for key in fetched if 'fail' in key]) <= 5 + 4
    assert '5 tiles in a row failed' in report.left['down']
    assert report.counts['up']['kept'] == 1
    assert 'down was left before its end' in report.summary()


def test_empty_tiles_in_a_row_are_counted_apart_and_asked_for_once(
    tmp_path: Path, manifest: Manifest, fetched: list[str]
) -> None:
    plan = ['empty'] * 8 + [1] + ['fail', 'fail', 'empty', 'fail', 'fail', 2]
    collector = Collector(out=tmp_path, give_up_after=3)
    report = collector.collect([planned(plan)])
    assert report.counts['planned'] == {
        'kept': 2, 'blank': 0, 'duplicate': 0, 'excluded': 0, 'empty': 9, 'failed': 4
    }  # fmt: skip
    assert report.left == {}
    assert [row['key'] for row in manifest(tmp_path)] == ['8:1', '14:2']
    assert report.empty['planned'][0] == '0:empty: no imagery'
    assert 'planned: 9 tiles are empty and are not asked for again' in report.summary()
    fetched.clear()
    assert collector.collect([planned(plan)]).counts['planned']['empty'] == 9
    assert fetched == ['9:fail', '10:fail', '12:fail', '13:fail']


def test_a_source_with_nothing_but_empty_tiles_says_what_may_be_wrong(tmp_path: Path) -> None:
    report = Collector(out=tmp_path).collect([planned(['empty'] * 3)])
    assert report.is_whole
    assert 'nothing but empty tiles came (3)' in report.summary()
    assert 'give the right one another name, the first 0:empty: no imagery' in report.summary()


def test_a_source_that_cannot_say_what_it_has_keeps_what_it_gave(
    tmp_path: Path, manifest: Manifest
) -> None:
    report = Collector(out=tmp_path).collect([planned([1, 2, 'end']), planned([3], name='next')])
    assert report.left == {'planned': 'the list is torn'}
    assert [row['source'] for row in manifest(tmp_path)] == ['planned', 'planned', 'next']
    assert not report.is_whole


def test_nothing_is_fetched_twice(tmp_path: Path, fetched: list[str]) -> None:
    plan = [1, 'blank', 'same:1', 2]
    Collector(out=tmp_path).collect([planned(plan)])
    before = (tmp_path / 'manifest.parquet').read_bytes()
    fetched.clear()
    Collector(out=tmp_path).collect([planned(plan)])
    assert fetched == []
    assert (tmp_path / 'manifest.parquet').read_bytes() == before


def test_test_ground_is_not_even_fetched(
    tmp_path: Path,
    fetched: list[str],
    write_tile: Callable[..., Any],
    write_manifest: Callable[..., Any],
) -> None:
    out = tmp_path / 'out'
    annotation = write_tile('30000001')
    xmin, ymin = annotation.region[:2]
    write_tile('30000002', corner_m=(9e5, 0))
    for side, tile in (('train', '30000002'), ('val', '30000002'), ('test', '30000001')):
        write_manifest([tile], f'{side}_data.json')
    ground = Collector(out=out, exclude_splits=[{'data_root': str(tmp_path), 'split': '.'}])
    source = planned([1, 2, 3], regions=True, origin=(xmin - 20, ymin))
    report = ground.collect([source])
    assert report.counts['planned']['excluded'] == 1
    assert fetched == ['0:1', '1:2']  # the third begins where the tile does
    assert '1 tiles lie on validation or test ground' in report.summary()
    report = ground.collect([source, planned([4], name='nowhere')])
    assert report.not_compared == {'nowhere': 1}


def test_kept_tiles_follow_a_split_that_is_made_anew(
    tmp_path: Path,
    manifest: Manifest,
    fetched: list[str],
    write_tile: Callable[..., Any],
    write_manifest: Callable[..., Any],
) -> None:
    out = tmp_path / 'out'
    places = {tile: number * 10_000.0 for number, tile in enumerate(('30000001', '30000002'))}
    for tile, x in places.items():
        write_tile(tile, corner_m=(x, 0))

    def collect(*, test: str) -> CollectionReport:
        for side in ('train', 'test'):
            write_manifest([test], f'{side}_data.json')
        collector = Collector(out=out, exclude_splits=[{'data_root': str(tmp_path), 'split': '.'}])
        sources = [
            planned([1, 2], name='first', regions=True),
            planned([3, 'same:1'], name='second', regions=True, origin=(10_000.0, 0.0)),
        ]
        return collector.collect(sources)

    def kept() -> list[str]:
        ids = [row['id'] for row in manifest(out)]
        assert sorted(path.stem for path in (out / 'tiles').iterdir()) == sorted(ids)
        return [row['key'] for row in manifest(out)]

    collect(test='30000002')
    assert kept() == ['0:1', '1:2']
    fetched.clear()
    report = collect(test='30000001')
    assert kept() == ['0:3', '1:same:1']  # which are free now
    assert fetched == ['0:3', '1:same:1']
    assert report.counts['first']['excluded'] == 2
    assert report.tiles == 2
    assert '2 tiles lie on validation or test ground' in report.summary()
    collect(test='30000002')
    assert kept() == ['0:1', '1:2']


def test_what_was_a_duplicate_of_a_dropped_tile_is_taken_in_its_stead(
    tmp_path: Path,
    manifest: Manifest,
    write_tile: Callable[..., Any],
    write_manifest: Callable[..., Any],
) -> None:
    for number, x in enumerate((0.0, 10_000.0)):
        write_tile(f'3000000{number}', corner_m=(x, 0))
    sources = [
        planned([1], name='first', regions=True),
        planned(['same:1'], name='second', regions=True, origin=(5_000.0, 0.0)),
    ]
    collector = Collector(
        out=tmp_path / 'out', exclude_splits=[{'data_root': str(tmp_path), 'split': '.'}]
    )
    for test, source in (('30000001', 'first'), ('30000000', 'second')):
        for side in ('train', 'test'):
            write_manifest([test], f'{side}_data.json')
        collector.collect(sources)
        assert [row['source'] for row in manifest(tmp_path / 'out')] == [source]


def test_only_so_many_tiles(tmp_path: Path, manifest: Manifest, fetched: list[str]) -> None:
    plan = [*range(1, 40)]
    Collector(out=tmp_path, most_tiles=3).collect([planned(plan)])
    assert len(manifest(tmp_path)) == 3
    assert len(fetched) < 10
    Collector(out=tmp_path, most_tiles=5).collect([planned(plan)])  # more of the same
    assert [row['key'] for row in manifest(tmp_path)] == [f'{n}:{n + 1}' for n in range(5)]


def test_few_tiles_wait_however_slow_the_first_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    seen: list[int] = []
    kind = UNLABELED_SOURCES.get('PlannedSource')
    fetch = kind.fetch

    def slow(self: UnlabeledSource, request: TileRequest) -> UnlabeledTile:
        started.append(request.key)
        if request.key == '0:1':
            count = 0
            while count != len(started):  # until the others wait for this one
                count = len(started)
                time.sleep(0.2)
            seen.append(count)
        return fetch(self, request)

    monkeypatch.setattr(kind, 'fetch', slow)
    Collector(out=tmp_path).collect([planned([*range(1, 60)], workers=2)])
    assert len(started) == 59
    assert seen[0] <= 8


@pytest.mark.parametrize('workers', [1, 4])
def test_the_manifest_does_not_depend_on_the_workers(
    tmp_path: Path, manifest: Manifest, workers: int
) -> None:
    plan = [n % 17 for n in range(50)]
    Collector(out=tmp_path).collect([planned(plan, workers=workers)])
    assert [row['key'] for row in manifest(tmp_path)] == [f'{n}:{n}' for n in range(17)]


def test_other_options_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    Collector(out=tmp_path).collect([planned([1])])
    with pytest.raises(ValueError, match='near_duplicate_bits was 4 and is 6'):
        Collector(out=tmp_path, near_duplicate_bits=6).collect([planned([1])])
    with pytest.raises(ValueError, match=r"source 'planned' was begun with .*\[1\].* now .*\[2\]"):
        Collector(out=tmp_path).collect([planned([2])])
    report = Collector(out=tmp_path).collect([planned([1]), planned([5], name='more')])
    assert report.tiles == 2


def test_options_that_decide_no_tile_may_change(tmp_path: Path) -> None:
    Collector(out=tmp_path).collect([planned([1], workers=1)])
    assert Collector(out=tmp_path).collect([planned([1], workers=3)]).tiles == 1


def test_manifest_and_report_are_written_though_a_source_cannot_let_go(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    def close(self: UnlabeledSource) -> None:
        closed.append(self.name)
        raise CollectionError('the server is gone')

    monkeypatch.setattr(UNLABELED_SOURCES.get('PlannedSource'), 'close', close)
    report = Collector(out=tmp_path).collect([planned([1], name='a'), planned([2], name='b')])
    assert closed == ['a', 'b']
    assert report.tiles == len(manifest(tmp_path)) == 2
    assert (tmp_path / 'report.json').exists()


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='needed are different ones'):
        Collector(out=tmp_path).collect([planned([1]), planned([2])])
