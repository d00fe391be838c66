"""Answers as Overpass gives them, and how they are asked for."""

import json
from typing import Any

import numpy as np
from loopback_server import Answer, Server, send

from lanedet_mm.collection.web.overpass import roads_of
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.road_map import RoadMap


def way(number: int, *points: tuple[float, float], kind: str = 'way') -> dict[str, Any]:
    """A way as Overpass writes it, from (longitude, latitude)."""
    geometry = [{'lat': lat, 'lon': lon} for lon, lat in points]
    return {'type': kind, 'id': number, 'geometry': geometry}


def roads(*ways: dict[str, Any], **more: Any) -> Answer:  # noqa: ANN401
    body = json.dumps({'version': 0.6, 'elements': list(ways), **more}).encode()
    return lambda handler: send(handler, body, kind='application/json')


def ask_all(client: PoliteClient, server: Server, **options: Any) -> RoadMap:  # noqa: ANN401
    return roads_of(client, f'{server.url}/api/interpreter', **(options or {'area': 'Au'}))


def ask(client: PoliteClient, server: Server, **options: Any) -> list[np.ndarray]:  # noqa: ANN401
    return ask_all(client, server, **options).roads
