from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import cv2
import mercantile
import numpy as np
import pytest
from loopback_server import Server, send
from tile_world import (
    PARENT,
    PATHS,
    WMS,
    WMTS,
    Build,
    asked_tile,
    child,
    colour,
    draw,
    images_asked,
    middle,
    paint,
    send_flat,
    world,
)

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.web import polite_client


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


def test_larger_server_tiles_have_smaller_pixels(build: Build, server: Server) -> None:
    server.answer = world(
        [(10, 0.0), (10.0001, 0.0)], imagery=lambda handler: send_flat(handler, (1, 2, 3), 512)
    )
    source = build(tile_px=512, server_tile_px=512)
    tile = source.fetch(next(iter(source.requests())))
    assert len(images_asked(server)) == 1
    assert tile.gsd_m == pytest.approx(0.298582, rel=1e-5)


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
    with pytest.raises(NothingHereError, match='100% of the image has no data'):
        source.fetch(request)


def test_tiles_of_another_size_are_refused(build: Build, server: Server) -> None:
    server.answer = world(
        middle(PARENT), imagery=lambda handler: send_flat(handler, (1, 2, 3), 512)
    )
    source = build(tile_px=512)
    with pytest.raises(CollectionError, match='512 x 512 px came; needed are 256 x 256: set serv'):
        source.fetch(next(iter(source.requests())))
