"""A small world: an Overpass server and an imagery server on loopback, and roads to ask for."""

import json
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import mercantile
import numpy as np
from loopback_server import Answer, Server, send

from lanedet_mm.collection.sources import TileServerSource

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


def square_of(tile: mercantile.Tile) -> Points:
    """The border of a tile, a hair within it."""
    box, hair = mercantile.bounds(tile), 1e-7
    west, south, east, north = (
        box.west + hair, box.south + hair, box.east - hair, box.north - hair
    )  # fmt: skip
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def relation(*parts: Points, number: int = 1, role: str = 'outer') -> dict[str, Any]:
    """An area as Overpass writes it, of lines that are its border."""
    members = [
        {'type': 'way', 'role': role, 'geometry': [{'lon': lon, 'lat': lat} for lon, lat in part]}
        for part in parts
    ]
    return {'type': 'relation', 'id': number, 'members': members}


def world(*roads: Points, imagery: Answer = paint, areas: Sequence[dict[str, Any]] = ()) -> Answer:
    """Overpass for what is posted, an imagery server for the rest."""
    ways = [
        {'type': 'way', 'id': number, 'geometry': [{'lon': lon, 'lat': lat} for lon, lat in road]}
        for number, road in enumerate(roads)
    ]
    body = json.dumps({'elements': [*ways, *areas]}).encode()

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


def images_asked(server: Server) -> list[str]:
    return [path for path in server.paths if path != '/api']
