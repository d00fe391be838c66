import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from loopback_server import Answer, Server, send
from tile_world import PARENT, PATHS, Build, images_asked, middle, options_of, world

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector


def echo(handler: BaseHTTPRequestHandler) -> None:
    """An error page that repeats what was asked, as many servers' do."""
    send(handler, f'No right: {handler.path}'.encode(), kind='text/plain')


def echo_late(handler: BaseHTTPRequestHandler) -> None:
    """The quoted 80 characters end within the key."""
    path = handler.path
    before = 70 - path.index('geheim')
    send(handler, ('-' * before + path).encode(), state=418, kind='text/plain')


def hang(_: BaseHTTPRequestHandler) -> None:
    time.sleep(0.5)


FAULTS: dict[str, Answer] = {
    'missing': lambda handler: send(handler, b'', state=404),
    'forbidden': lambda handler: send(handler, b'', state=403),
    'broken': lambda handler: send(handler, b'', state=500),
    'hangs': hang,
    'echo': echo,
    'echo cut off': echo_late,
}


@pytest.mark.parametrize('fault', FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize('layout', ['/{env:MAP_KEY}' + PATHS, PATHS + '?k={env:MAP_KEY}'])
def test_a_key_goes_to_the_server_and_nowhere_else(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Answer,
    layout: str,
) -> None:
    monkeypatch.setenv('MAP_KEY', 'geheim/=0815 4711')
    server.answer = world(middle(PARENT), imagery=fault)
    out = tmp_path / 'out'
    options = options_of(server, tmp_path, layout=layout, timeout_s=0.3)
    report = Collector(out=out).collect([{'type': 'TileServerSource', **options}])
    assert report.counts['tiles']['failed'] + report.counts['tiles']['empty'] == 1
    assert all('geheim' in path for path in images_asked(server))
    written = [path for path in out.rglob('*') if path.is_file()]
    assert {path.name for path in written} >= {'report.json', 'collection.db'}
    for text in [report.summary().encode(), *(path.read_bytes() for path in written)]:
        assert b'geheim' not in text
        assert b'4711' not in text


def test_an_empty_key_hides_nothing(
    build: Build, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('MAP_KEY', '')
    server.answer = world(middle(PARENT), imagery=FAULTS['missing'])
    source = build(layout=PATHS + '?k={env:MAP_KEY}')
    request = next(iter(source.requests()))
    with pytest.raises(
        CollectionError, match=r'\.png\?k=: state 404; the server has nothing here$'
    ):
        source.fetch(request)
