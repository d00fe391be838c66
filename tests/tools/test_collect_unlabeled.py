import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import mercantile
import numpy as np
import pyarrow.parquet
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / 'collection'))
from loopback_server import Server, send

WEST, ROW, ZOOM = 139600, 91000, 18
COUNT = 8
KEY = 'geheim-0815'
FAULTS = {1: '429', 2: '500', 3: 'time-out', 4: 'cut off', 5: 'page'}


class TinyWorld:
    """Overpass with one road along eight tiles, and imagery that fails for five of them."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.healed = False
        self.mapless = False
        self._lock = threading.Lock()
        self.columns: list[int] = []
        server.answer = self.answer

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.command == 'POST':
            self._send_roads(handler)
            return
        assert KEY in handler.path
        column = int(handler.path.split('/')[2]) - WEST
        with self._lock:
            self.columns.append(column)
        fault = None if self.healed else FAULTS.get(column)
        self._send_tile(handler, photograph(column), fault)

    def _send_roads(self, handler: BaseHTTPRequestHandler) -> None:
        if self.mapless:
            send(handler, b'<html>Gateway', state=504, kind='text/html')
            return
        ends = [mercantile.bounds(WEST + column, ROW, ZOOM) for column in (0, COUNT - 1)]
        lat = (ends[0].south + ends[0].north) / 2
        line = [{'lon': (end.west + end.east) / 2, 'lat': lat} for end in ends]
        way = {'type': 'way', 'id': 1, 'geometry': line}
        send(handler, json.dumps({'elements': [way]}).encode(), kind='application/json')

    @staticmethod
    def _send_tile(handler: BaseHTTPRequestHandler, body: bytes, fault: str | None) -> None:
        if fault in ('429', '500'):
            send(handler, handler.path.encode(), state=int(fault), kind='text/plain')
        elif fault == 'time-out':
            time.sleep(0.8)
        elif fault == 'cut off':
            send(handler, body[: len(body) // 2])
        elif fault == 'page':
            send(handler, b'<html>Quota used up by geheim-0815</html>', kind='text/html')
        else:
            send(handler, body)


def photograph(column: int) -> bytes:
    """A JPEG unlike that of another column."""
    rng = np.random.default_rng(column)
    image = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8).repeat(32, 0).repeat(32, 1)
    return cv2.imencode('.jpg', image)[1].tobytes()


@pytest.fixture(scope='module')
def tool(load_tool: Callable[[str], ModuleType]) -> ModuleType:
    return load_tool('collect_unlabeled.py')


@pytest.fixture
def world() -> Iterator[TinyWorld]:
    server = Server()
    yield TinyWorld(server)
    server.stop()


@pytest.fixture
def config(world: TinyWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv('MAP_KEY', KEY)
    source = {
        'type': 'TileServerSource',
        'url': f'{world.server.url}/{{z}}/{{x}}/{{y}}/{{env:MAP_KEY}}.jpg',
        'overpass_url': f'{world.server.url}/api',
        'licence': 'made on the spot',
        'area': 'Au',
        'zoom': ZOOM,
        'tile_px': 256,
        'roads_file': str(tmp_path / 'roads.json'),
        'per_second': 1000,
        'timeout_s': 0.5,
        'tries': 2,
        'backoff_s': 0.01,
    }
    return write_config(tmp_path / 'area.py', sources=[source])


def write_config(path: Path, **options: Any) -> Path:  # noqa: ANN401
    path.write_text('\n'.join(f'{name} = {value!r}' for name, value in options.items()))
    return path


def run(tool: ModuleType, *arguments: object) -> int:
    """Call the tool; returns its exit status as a shell would see it."""
    try:
        tool.main([*map(str, arguments)])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def manifest(out: Path) -> pyarrow.Table:
    return pyarrow.parquet.read_table(out / 'manifest.parquet')


def columns_of(table: pyarrow.Table) -> list[int]:
    return [int(key.split('/')[1]) - WEST for key in table['key'].to_pylist()]


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / 'tiles').iterdir()}


def test_a_run_over_a_broken_server_keeps_what_came_and_the_next_makes_it_whole(
    tool: ModuleType,
    world: TinyWorld,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / 'out'
    assert run(tool, config, '--out', out) == 1
    printed = capsys.readouterr().out
    assert columns_of(manifest(out)) == [0, 6, 7]
    kept = files(out)
    assert len(kept) == 3
    assert {column: world.columns.count(column) for column in range(COUNT)} == {
        0: 1, 1: 2, 2: 2, 3: 2, 4: 2, 5: 1, 6: 1, 7: 1
    }  # fmt: skip
    report = json.loads((out / 'report.json').read_text())
    assert report['counts']['tiles']['failed'] == 5
    expected = {
        1: 'state 429, 2 times',
        2: 'state 500, 2 times',
        3: 'ReadTimeout timed out, 2 times',
        4: 'the image breaks off after',
        5: "no image came but text/html: '<html>Quota used up by ...</html>'",
    }
    for (column, reason), failure in zip(
        expected.items(), report['failures']['tiles'], strict=True
    ):
        assert f'/{WEST + column}/{ROW}: ' in failure
        assert reason in failure
        assert failure in printed
    assert KEY not in printed
    assert not any(KEY.encode() in path.read_bytes() for path in out.rglob('*') if path.is_file())

    world.healed = True
    world.columns.clear()
    stamps = {path.name: path.stat().st_mtime_ns for path in (out / 'tiles').iterdir()}
    assert run(tool, config, '--out', out) == 0
    assert sorted(world.columns) == [1, 2, 3, 4, 5]
    for name, stamp in stamps.items():
        assert (out / 'tiles' / name).stat().st_mtime_ns == stamp
    assert columns_of(manifest(out)) == list(range(COUNT))
    assert json.loads((out / 'report.json').read_text())['failures'] == {}
    assert kept.items() <= files(out).items()

    fresh = tmp_path / 'fresh'
    assert run(tool, config, '--out', fresh) == 0
    assert manifest(out).equals(manifest(fresh))
    assert files(out) == files(fresh)
    assert len(world.server.bodies) == 1  # the roads were asked for once


def test_the_manifest_says_where_and_how_large_what_it_holds_is(
    tool: ModuleType, world: TinyWorld, config: Path, tmp_path: Path
) -> None:
    world.healed = True
    assert run(tool, config, '--out', tmp_path / 'out') == 0
    for column, row in enumerate(manifest(tmp_path / 'out').to_pylist()):
        ground = mercantile.xy_bounds(WEST + column, ROW, ZOOM)
        assert [row[name] for name in ('xmin', 'ymin', 'xmax', 'ymax')] == pytest.approx(
            list(ground), abs=1e-6
        )
        assert (row['source'], row['licence'], row['place']) == ('tiles', 'made on the spot', 'Au')
        # Row 91000 of 2 ** 18 lies at 48.1 degrees: 0.597164 * cos(48.1 degrees).
        assert row['gsd_m'] == pytest.approx(0.3988, abs=5e-4)
        data = files(tmp_path / 'out')[f'{row["id"]}.jpg']
        there = np.asarray(Image.open(io.BytesIO(data)), int)
        sent = np.asarray(Image.open(io.BytesIO(photograph(column))), int)
        assert np.abs(there - sent).mean() < 3


def test_roads_that_cannot_be_had_end_with_1_and_lose_nothing(
    tool: ModuleType,
    world: TinyWorld,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / 'out'
    world.healed = True
    assert run(tool, config, '--out', out, '--most-tiles', 3) == 0
    (tmp_path / 'roads.json').unlink()
    world.mapless = True
    before = manifest(out)
    assert run(tool, config, '--out', out) == 1
    assert 'tiles was left before its end: ' in capsys.readouterr().out
    assert manifest(out).equals(before)
    world.mapless = False
    assert run(tool, config, '--out', out) == 0
    assert columns_of(manifest(out)) == list(range(COUNT))


def test_a_server_that_gives_nothing_is_left_after_some_tiles(
    tool: ModuleType,
    world: TinyWorld,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config.write_text(config.read_text() + '\ngive_up_after = 2\n')
    out = tmp_path / 'out'
    assert run(tool, config, '--out', out) == 1
    assert '2 tiles in a row failed, the last because' in capsys.readouterr().out
    assert columns_of(manifest(out)) == [0]
    world.healed = True
    assert run(tool, config, '--out', out) == 0
    assert columns_of(manifest(out)) == list(range(COUNT))


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'out': 'o'}, 'sources; needed are out and sources'),
        ({'sources': []}, 'out; needed are out and sources'),
        ({'out': 'o', 'sources': [{'type': 'TileServerSource', 'url': 'a'}]}, "'licence'"),
        (
            {'out': 'o', 'sources': [{
                'type': 'TileServerSource', 'area': 'Au', 'licence': 'ODbL', 'zoom': 18,
                'url': 'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
            }]},
            'tile.openstreetmap.org serves drawn maps, not photographs',
        ),
    ],
)  # fmt: skip
def test_a_config_that_cannot_work_ends_the_tool_with_a_reason(
    tool: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_config(tmp_path / 'bad.py', **options)
    with pytest.raises(SystemExit, match=r'bad\.py: ') as ended:
        tool.main([str(path)])
    assert message in str(ended.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['bad.py']


def test_a_config_that_is_not_there_is_named(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r'no config .*none\.py; see configs/collect'):
        tool.main([str(tmp_path / 'none.py')])
