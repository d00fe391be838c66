import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import mercantile
import numpy as np
import pytest
from loopback_server import Answer, Server, send

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import TileServerSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.web import polite_client

Build = Callable[..., TileServerSource]
Points = list[tuple[float, float]]

PATHS = '/{z}/{x}/{y}.png'
WMTS = '/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}'
WMS = '/wms?REQUEST=GetMap&BBOX={bbox}&WIDTH={width}&HEIGHT={height}'
PARENT = mercantile.Tile(69800, 45500, 17)


def middle(tile: mercantile.Tile) -> Points:
    """A road of about a metre in the middle of a tile, as (longitude, latitude)."""
    box = mercantile.bounds(tile)
    lon, lat = (box.west + box.east) / 2, (box.south + box.north) / 2
    return [(lon, lat), (lon + 1e-5, lat)]


def child(column: int, row: int) -> mercantile.Tile:
    return mercantile.Tile(2 * PARENT.x + column, 2 * PARENT.y + row, 18)


def asked_tile(path: str) -> mercantile.Tile:
    """Which tile a path of the XYZ or the WMTS server names."""
    query = parse_qs(urlsplit(path).query)
    if query:
        x, y, z = (query[name][0] for name in ('TILECOL', 'TILEROW', 'TILEMATRIX'))
    else:
        z, x, y = path.removesuffix('.png').split('/')[-3:]
    return mercantile.Tile(int(x), int(y), int(z))


def colour(tile: mercantile.Tile) -> tuple[int, int, int]:
    return (tile.x % 256, tile.y % 256, tile.z)


def send_flat(handler: BaseHTTPRequestHandler, bgr: tuple[int, int, int], size: int) -> None:
    image = np.full((size, size, 3), bgr, np.uint8)
    send(handler, cv2.imencode('.png', image)[1].tobytes(), kind='image/png')


def paint(handler: BaseHTTPRequestHandler) -> None:
    """A tile of one colour that tells its column, row and zoom."""
    send_flat(handler, colour(asked_tile(handler.path)), 256)


def draw(handler: BaseHTTPRequestHandler) -> None:
    """What a map server does: as many pixels as it is asked for."""
    send_flat(handler, (1, 2, 3), int(parse_qs(urlsplit(handler.path).query)['WIDTH'][0]))


def world(*roads: Points, imagery: Answer = paint) -> Answer:
    """Overpass for what is posted, an imagery server for the rest."""
    ways = [
        {'type': 'way', 'id': number, 'geometry': [{'lon': lon, 'lat': lat} for lon, lat in road]}
        for number, road in enumerate(roads)
    ]
    body = json.dumps({'elements': ways}).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == 'POST':
            send(handler, body, kind='application/json')
        else:
            imagery(handler)

    return answer


def options_of(server: Server, tmp_path: Path, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        'url': server.url + options.pop('layout', PATHS),
        'overpass_url': f'{server.url}/api',
        'licence': 'ours',
        'area': 'Au',
        'tile_px': 256,
        'roads_file': str(tmp_path / 'roads.json'),
        'per_second': 1000,
        'timeout_s': 5.0,
        'tries': 2,
        'backoff_s': 0.01,
        **({} if 'gsd_m' in options else {'zoom': 18}),
        **options,
    }


@pytest.fixture
def build(server: Server, tmp_path: Path) -> Iterator[Build]:
    """A source of the test's server: `build(layout=WMS, tile_px=512)`."""
    made = []

    def _build(**options: Any) -> TileServerSource:  # noqa: ANN401
        made.append(TileServerSource(**options_of(server, tmp_path, **options)))
        return made[-1]

    yield _build
    for source in made:
        source.close()


def images_asked(server: Server) -> list[str]:
    return [path for path in server.paths if path != '/api']


@pytest.mark.parametrize(
    'url',
    [
        'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://{s}.tile.openstreetmap.org/{z}/{x}/{y}.png',
        'http://c.tile.openstreetmap.fr/hot/{z}/{x}/{y}.png',
        'https://TILE.OpenStreetMap.ORG:443/{z}/{x}/{y}.png',
        'https://user:word@tile.openstreetmap.org./{z}/{x}/{y}.png',
        'tile.openstreetmap.org/{z}/{x}/{y}.png',
        '//tile.openstreetmap.org//{z}//{x}/{y}.png',
        'https://tile.openstreetmap.org//{z}/{x}/{y}.png',
        'https://tile.openstreetmap.org/{z}/{x}/{y}.png?see=http://a.example.org/',
        'https://tile%2Eopenstreetmap.org/{z}/{x}/{y}.png',
        'https://tile.openstreetmap%2eorg/{z}/{x}/{y}.png',
        'https://proxy.example.org/https://tile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://proxy.example.org/?u=https%3A%2F%2Ftile.openstreetmap.org/{z}/{x}/{y}.png',
        'https://{env:MAP_HOST}/{z}/{x}/{y}.png',
        'https://tile.osm.org/{z}/{x}/{y}.png',
        'https://osm.org/{z}/{x}/{y}.png',
        'https://a.tile.opentopomap.org/{z}/{x}/{y}.png',
        'https://osm.rrze.fau.de/osmhd/{z}/{x}/{y}.png',
    ],
)
def test_drawn_maps_are_refused_however_their_host_is_written(
    build: Build, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv('MAP_HOST', 'tile.openstreetmap.org')
    message = 'serves drawn maps, not photographs: .* their rules forbid to download many tiles'
    with pytest.raises(ValueError, match=message):
        build(url=url)


@pytest.mark.parametrize('host', ['cosm.org', 'photos.example.org/osm.d', 'open.streetmap.org'])
def test_a_host_that_only_sounds_like_it_is_not_refused(build: Build, host: str) -> None:
    assert build(url=f'https://{host}/{{z}}/{{x}}/{{y}}').layout.template.startswith('https')


@pytest.mark.parametrize('name', ['url', 'licence', 'area'])
def test_what_only_the_user_can_know_has_no_default(
    server: Server, tmp_path: Path, name: str
) -> None:
    options = options_of(server, tmp_path)
    del options[name]
    with pytest.raises(TypeError, match=f"missing 1 required keyword-only argument: '{name}'"):
        TileServerSource(**options)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'url': ''}, r'the URL has the placeholders \[\]'),
        ({'licence': ' '}, "licence ' '; needed are both"),
        ({'zoom': None}, 'zoom is None and gsd_m None; give one of them'),
        ({'zoom': 18, 'gsd_m': 0.3}, 'zoom is 18 and gsd_m 0.3; give one of them'),
        ({'tile_px': 384}, 'tile_px is 384 and server_tile_px 256; needed is 1, 2, 4'),
        ({'tile_px': 768}, 'tile_px is 768 and server_tile_px 256'),
        ({'tile_px': 128}, 'tile_px is 128 and server_tile_px 256'),
    ],
)
def test_bad_options_are_named(build: Build, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(**options)


@pytest.mark.parametrize('layout', [PATHS, WMTS])
@pytest.mark.parametrize(('tile_px', 'count'), [(256, 1), (512, 2), (1024, 4)])
def test_server_tiles_are_joined_in_their_places_and_are_the_ground_that_was_named(
    build: Build, server: Server, layout: str, tile_px: int, count: int
) -> None:
    square = {1: child(1, 0), 2: PARENT, 4: mercantile.parent(PARENT)}[count]
    server.answer = world(middle(square))
    source = build(layout=layout, tile_px=tile_px)
    # A road in the very middle of a square lies along the edge between its tiles.
    request = next(iter(source.requests()))
    tile = source.fetch(request)
    fetched = {asked_tile(path) for path in images_asked(server)}
    assert fetched == {
        mercantile.Tile(square.x * count + column, square.y * count + row, 18)
        for column in range(count)
        for row in range(count)
    }
    assert len(images_asked(server)) == count**2
    assert tile.image.shape == (tile_px, tile_px, 3)
    for one in fetched:
        row, column = one.y - square.y * count, one.x - square.x * count
        part = tile.image[row * 256 : (row + 1) * 256, column * 256 : (column + 1) * 256]
        np.testing.assert_array_equal(part, np.broadcast_to(colour(one), part.shape))
    boxes = np.array([mercantile.xy_bounds(one) for one in fetched])
    assert request.region == pytest.approx((*boxes[:, :2].min(0), *boxes[:, 2:].max(0)), abs=1e-6)


@pytest.mark.parametrize('tile_px', [256, 512, 1000])
def test_a_map_server_draws_the_ground_that_was_named(
    build: Build, server: Server, tile_px: int
) -> None:
    server.answer = world(middle(PARENT), imagery=draw)
    source = build(layout=WMS, tile_px=tile_px)
    request = next(iter(source.requests()))
    tile = source.fetch(request)
    (path,) = images_asked(server)
    asked = parse_qs(urlsplit(path).query)
    assert (asked['WIDTH'], asked['HEIGHT']) == ([str(tile_px)], [str(tile_px)])
    assert request.region is not None
    box = [float(edge) for edge in asked['BBOX'][0].split(',')]
    np.testing.assert_allclose(box, request.region, atol=1e-6)
    assert tile.image.shape == (tile_px, tile_px, 3)
    # Zoom 18 has 156543.034 / 2 ** 18 = 0.597164 Mercator metres a pixel on any kind of server.
    assert box[2] - box[0] == pytest.approx(0.597164 * tile_px, rel=1e-6)
    assert box[3] - box[1] == pytest.approx(0.597164 * tile_px, rel=1e-6)


def test_a_map_server_and_a_tile_server_cut_the_same_ground(build: Build, server: Server) -> None:
    server.answer = world(middle(PARENT))
    (tiles,) = build(tile_px=512).requests()
    (drawn,) = build(layout=WMS, tile_px=512).requests()
    assert tiles.region == pytest.approx(mercantile.xy_bounds(PARENT), abs=1e-6)
    assert drawn == tiles


@pytest.mark.parametrize('lon', [-58.4, 11.6])
@pytest.mark.parametrize('lat', [-34.6, 48.1])
@pytest.mark.parametrize('layout', [PATHS, WMS])
def test_a_road_is_on_its_square_in_every_quarter_of_the_world(
    build: Build, server: Server, layout: str, lat: float, lon: float
) -> None:
    server.answer = world([(lon, lat), (lon + 1e-6, lat)])
    (request,) = build(layout=layout).requests()
    assert request.region is not None
    west, south, east, north = request.region
    x, y = mercantile.xy(lon, lat)
    assert west <= x < east
    assert south < y <= north
    assert mercantile.xy_bounds(mercantile.tile(lon, lat, 18)) == pytest.approx(
        request.region, abs=1e-6
    )


def test_every_square_of_a_road_is_named_once_from_north_to_south_and_west_to_east(
    build: Build, server: Server
) -> None:
    start, corner, end = child(0, 0), child(2, 0), child(2, 2)
    road = [middle(start)[0], middle(corner)[0], middle(end)[0]]
    server.answer = world(road, road[::-1])
    source = build()
    requests = list(source.requests())
    for request in requests:
        source.fetch(request)
    assert [asked_tile(path) for path in images_asked(server)] == [
        child(0, 0), child(1, 0), child(2, 0), child(2, 1), child(2, 2)
    ]  # fmt: skip
    assert len({request.key for request in requests}) == 5
    assert {request.place for request in requests} == {'Au'}


@pytest.mark.parametrize('layout', [PATHS, WMS])
def test_a_pixel_is_half_as_large_on_the_ground_at_60_degrees(
    build: Build, server: Server, tmp_path: Path, layout: str
) -> None:
    gsd_m = {}
    for lat in (0.0, 60.0, -60.0):
        server.answer = world([(10, lat), (10.0001, lat)], imagery=draw if layout == WMS else paint)
        source = build(layout=layout, roads_file=str(tmp_path / f'{lat}.json'))
        gsd_m[lat] = source.fetch(next(iter(source.requests()))).gsd_m
    assert gsd_m[0.0] == pytest.approx(0.597164, rel=1e-5)  # 40075016.686 / 2 ** 18 / 256
    assert gsd_m[60.0] == pytest.approx(0.298582, rel=1e-4)
    assert gsd_m[-60.0] == pytest.approx(0.298582, rel=1e-4)


@pytest.mark.parametrize(('lat', 'zoom'), [(0.0, 19), (60.0, 18)])
def test_a_ground_size_takes_the_nearest_zoom_there(
    build: Build, server: Server, lat: float, zoom: int
) -> None:
    server.answer = world([(10, lat), (10.0001, lat)])
    source = build(gsd_m=0.31)
    tile = source.fetch(next(iter(source.requests())))
    assert [asked_tile(path).z for path in images_asked(server)] == [zoom]
    assert tile.gsd_m == pytest.approx(0.298582, rel=1e-4)


def test_larger_server_tiles_have_smaller_pixels(build: Build, server: Server) -> None:
    server.answer = world(
        [(10, 0.0), (10.0001, 0.0)], imagery=lambda handler: send_flat(handler, (1, 2, 3), 512)
    )
    source = build(tile_px=512, server_tile_px=512)
    tile = source.fetch(next(iter(source.requests())))
    assert len(images_asked(server)) == 1
    assert tile.gsd_m == pytest.approx(0.298582, rel=1e-5)


def test_a_map_server_draws_just_the_ground_size(build: Build, server: Server) -> None:
    server.answer = world([(10, 60.0), (10.0001, 60.0)], imagery=draw)
    source = build(layout=WMS, gsd_m=0.3, tile_px=512)
    request = next(iter(source.requests()))
    assert request.region is not None
    assert request.region[2] - request.region[0] == pytest.approx(307.2)  # 512 * 0.3 / cos 60
    assert source.fetch(request).gsd_m == pytest.approx(0.3, rel=1e-4)


def test_a_tile_carries_when_it_was_taken(build: Build, server: Server) -> None:
    server.answer = world(middle(PARENT))
    source = build(time='2021-06')
    assert source.fetch(next(iter(source.requests()))).time == '2021-06'


def test_the_request_of_another_source_is_refused(build: Build) -> None:
    with pytest.raises(CollectionError, match='0:7 is no request of this source'):
        build().fetch(TileRequest(key='0:7', place='Au'))


def test_roads_are_asked_for_by_area_or_by_box(
    build: Build, server: Server, tmp_path: Path
) -> None:
    server.answer = world(middle(PARENT))
    list(build(area='Bad "Au"', highways=('trunk',)).requests())
    box = (11.25, 48.0, 11.75, 48.5)
    list(build(box=box, roads_file=str(tmp_path / 'box.json')).requests())
    by_name, by_box = (parse_qs(body)['data'][0] for body in server.bodies)
    assert r'area["name"="Bad \"Au\""]' in by_name
    assert '"^(trunk)(_link)?$"' in by_name
    assert by_box.endswith('(48.0,11.25,48.5,11.75);out geom;')
    assert '"^(motorway|trunk|primary|secondary|tertiary)(_link)?$"' in by_box


def test_roads_are_asked_for_once_and_then_read_from_their_file(
    build: Build, server: Server
) -> None:
    options = {'box': (1.0, 2.0, 3.0, 4.0), 'highways': ('trunk', 'primary')}
    server.answer = world(middle(PARENT), middle(child(3, 3)))
    first = list(build(**options).requests())
    server.answer = world()  # the map has lost its roads since
    assert list(build(**options).requests()) == first
    assert list(build(**options, overpass_url=None).requests()) == first
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    'other', [{'area': 'Bu'}, {'box': (1.0, 2.0, 3.0, 4.0)}, {'highways': ('trunk',)}]
)
def test_roads_of_something_else_are_not_taken_for_these(
    build: Build, server: Server, tmp_path: Path, other: dict[str, Any]
) -> None:
    server.answer = world(middle(PARENT))
    list(build().requests())
    kept = (tmp_path / 'roads.json').read_bytes()
    with pytest.raises(
        CollectionError, match=r"holds the roads of .*'Au'.*name another roads_file"
    ):
        list(build(**other).requests())
    assert len(server.bodies) == 1
    assert (tmp_path / 'roads.json').read_bytes() == kept


@pytest.mark.parametrize(
    'text',
    [
        '',
        '{"asked": {',
        '[]',
        '{"type": "FeatureCollection"}',
        '{"asked": 1, "lines": [["a"]]}',
        '{"asked": 1, "lines": [[1, 2, 3]]}',
    ],
)
def test_a_file_that_holds_no_roads_is_named(build: Build, tmp_path: Path, text: str) -> None:
    (tmp_path / 'roads.json').write_text(text)
    with pytest.raises(CollectionError, match=r'roads\.json is no file of roads'):
        list(build().requests())


def test_without_roads_and_without_a_server_of_them_it_says_what_to_do(build: Build) -> None:
    with pytest.raises(CollectionError, match='no overpass_url; name an Overpass server'):
        list(build(overpass_url=None).requests())


def test_roads_that_could_not_be_had_leave_no_file(
    build: Build, server: Server, tmp_path: Path
) -> None:
    server.answer = world()
    with pytest.raises(CollectionError, match=r"no road of .* in an area named 'Au'"):
        list(build().requests())
    assert list(tmp_path.iterdir()) == []


def test_the_server_says_how_long_to_wait_for_a_tile(
    build: Build, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = world(middle(PARENT))
    source = build()
    request = next(iter(source.requests()))
    waits: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: 0.0, time=lambda: 0.0, sleep=waits.append)
    monkeypatch.setattr(polite_client, 'time', clock)
    server.in_turn(lambda handler: send(handler, b'', state=429, Retry_After='33'), paint)
    assert source.fetch(request).image.shape == (256, 256, 3)
    assert 33.0 in waits


def test_one_bad_tile_of_four_makes_no_photograph(build: Build, server: Server) -> None:
    def holed(handler: BaseHTTPRequestHandler) -> None:
        if asked_tile(handler.path) == child(1, 1):
            image = np.zeros((256, 256, 4), np.uint8)
            send(handler, cv2.imencode('.png', image)[1].tobytes(), kind='image/png')
        else:
            paint(handler)

    server.answer = world(middle(PARENT), imagery=holed)
    source = build(tile_px=512)
    request = next(iter(source.requests()))
    with pytest.raises(CollectionError, match='100% of the image is a hole'):
        source.fetch(request)


def test_tiles_of_another_size_are_refused(build: Build, server: Server) -> None:
    server.answer = world(
        middle(PARENT), imagery=lambda handler: send_flat(handler, (1, 2, 3), 512)
    )
    source = build(tile_px=512)
    with pytest.raises(CollectionError, match='512 x 512 px came; needed are 256 x 256: set serv'):
        source.fetch(next(iter(source.requests())))


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
    assert report.counts['tiles']['failed'] == 1
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


def test_a_road_that_leads_out_of_the_box_is_followed_no_further(
    build: Build, server: Server
) -> None:
    inside, outside = middle(child(0, 0)), middle(child(9, 0))
    server.answer = world([*inside, *outside])
    box = mercantile.bounds(child(0, 0))
    inner = (box.west + 1e-6, box.south + 1e-6, box.east - 1e-6, box.north - 1e-6)
    source = build(zoom=18, tile_px=256, box=inner)
    (request,) = source.requests()
    assert request.region == pytest.approx(mercantile.xy_bounds(child(0, 0)))
