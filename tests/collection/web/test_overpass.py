import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from loopback_server import Answer, Server, send
from overpass_world import ask, roads, way

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.web import polite_client
from lanedet_mm.collection.web.overpass import roads_of
from lanedet_mm.collection.web.polite_client import PoliteClient


def page(text: bytes, state: int = 200, **headers: str) -> Answer:
    return lambda handler: send(handler, text, state=state, kind='text/html', **headers)


ROAD = roads(way(1, (11.5, 48.1), (11.6, 48.2)))


def query(server: Server) -> str:
    (text,) = parse_qs(server.bodies[-1])['data']
    return text


def test_lines_are_longitude_then_latitude_in_the_order_of_their_ids(
    client: PoliteClient, server: Server
) -> None:
    server.in_turn(
        roads(
            way(30, (11.5, 48.1), (11.6, 48.2), (11.7, 48.3)), way(4, (-58.25, -34.5), (-58, -35))
        )
    )
    first, second = ask(client, server)
    np.testing.assert_array_equal(first, [[-58.25, -34.5], [-58, -35]])
    np.testing.assert_array_equal(second, [[11.5, 48.1], [11.6, 48.2], [11.7, 48.3]])


def test_what_is_no_line_is_left_out_and_a_way_that_came_twice_is_one(
    client: PoliteClient, server: Server
) -> None:
    good = way(1, (1, 2), (3, 4))
    node = {'type': 'node', 'id': 2, 'lat': 1.0, 'lon': 2.0}
    bare = {'type': 'way', 'id': 3, 'nodes': [5, 6]}
    server.in_turn(
        roads(good, node, bare, way(4, (1, 2)), way(5, (1, 2), (3, 4), kind='area'), good)
    )
    assert [line.tolist() for line in ask(client, server)] == [[[1, 2], [3, 4]]]


def test_an_area_is_asked_for_by_its_quoted_name(client: PoliteClient, server: Server) -> None:
    server.in_turn(ROAD)
    ask(client, server, area='St. "Pauli" \\ Süd & Co')
    assert server.paths == ['/api/interpreter']
    assert r'area["name"="St. \"Pauli\" \\ Süd & Co"]["boundary"="administrative"]' in query(server)
    assert query(server).startswith('[out:json][timeout:180];')
    assert query(server).endswith('(area.a);out geom;(rel(pivot.a);way(pivot.a););out geom;')


def test_a_box_is_written_south_west_north_east(client: PoliteClient, server: Server) -> None:
    server.in_turn(ROAD)
    ask(client, server, box=(11.25, 48.0, 11.75, 48.5), area='as a label')
    assert query(server).endswith('(48.0,11.25,48.5,11.75);out geom;')
    assert 'area' not in query(server)
    assert 'pivot' not in query(server)


def test_links_come_along_and_no_other_kinds(client: PoliteClient, server: Server) -> None:
    server.in_turn(ROAD)
    ask(client, server, area='Au', highways=('motorway', 'primary'))
    (pattern,) = re.findall(r'way\["highway"~"([^"]*)"\]', query(server))
    kinds = ['motorway', 'motorway_link', 'primary', 'primary_link']
    others = ['secondary', 'motorway_junction', 'x_primary', 'primary_link_2', 'residential']
    assert [kind for kind in kinds + others if re.search(pattern, kind)] == kinds


TIMED_OUT = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'


def test_half_an_answer_with_a_remark_is_asked_for_again(
    client: PoliteClient, server: Server
) -> None:
    half = roads(way(9, (0, 0), (1, 1)), remark=TIMED_OUT)
    server.in_turn(half, ROAD)
    assert [line.tolist() for line in ask(client, server)] == [[[11.5, 48.1], [11.6, 48.2]]]
    server.in_turn(half)
    with pytest.raises(CollectionError, match=r'Query timed out.*smaller area, 3 times'):
        ask(client, server)


@pytest.mark.parametrize('remark', ['runtime remark: all is well', '', None])
def test_a_harmless_remark_does_no_harm(
    client: PoliteClient, server: Server, remark: str | None
) -> None:
    server.in_turn(roads(way(1, (1, 2), (3, 4)), remark=remark))
    assert len(ask(client, server)) == 1
    assert len(server.paths) == 1


NO_ROADS = {
    'page': b'<html><body>Welcome to the map</body></html>',
    'list': b'["Welcome"]',
    'other JSON': b'{"Welcome": 1}',
    'no coordinates': b'{"elements": [{"type": "way", "id": 1, "geometry": [{"Welcome": 1}, {}]}]}',
    'words for coordinates': (
        b'{"elements": [{"type": "way", "id": 1, "geometry": '
        b'[{"lon": "Welcome", "lat": "to"}, {"lon": "1", "lat": "2"}]}]}'
    ),
}


@pytest.mark.parametrize('body', NO_ROADS.values(), ids=NO_ROADS)
def test_what_is_no_answer_of_overpass_is_refused_with_its_beginning(
    client: PoliteClient, server: Server, body: bytes
) -> None:
    server.in_turn(page(body), ROAD)
    with pytest.raises(CollectionError, match='needed is the URL of an Overpass') as caught:
        ask(client, server)
    assert repr(body[:80].decode()) in str(caught.value)
    assert len(server.paths) == 1


def test_a_wrong_query_is_refused_with_what_the_server_says(
    client: PoliteClient, server: Server
) -> None:
    server.in_turn(page(b'parse error: Unknown type', 400), ROAD)
    with pytest.raises(CollectionError, match="state 400: 'parse error: Unknown type'"):
        ask(client, server)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (
            {'area': 'Nowhere'},
            "knows no road of motorway in an area named 'Nowhere'; write the name",
        ),
        ({'area': 'X', 'box': (1.0, 2.0, 3.0, 4.0)}, r'motorway in the box \(1.0, 2.0, 3.0, 4.0\)'),
    ],
)
def test_an_area_without_roads_is_explained(
    client: PoliteClient, server: Server, options: dict[str, Any], message: str
) -> None:
    server.in_turn(roads())
    with pytest.raises(CollectionError, match=message):
        ask(client, server, **options, highways=('motorway',))


def test_a_key_of_the_server_is_in_no_error(client: PoliteClient, server: Server) -> None:
    url = f'{server.url}/api?apikey=geheim'
    for answer in (roads(), page(b'busy', 504), page(b'no', 403)):
        server.in_turn(answer)
        with pytest.raises(CollectionError, match=r'apikey=\.\.\.') as caught:
            roads_of(client, url, area='Au')
        assert 'geheim' not in str(caught.value)
    assert server.paths[0] == '/api?apikey=geheim'


def test_a_busy_server_is_left_alone_for_as_long_as_it_says(
    client: PoliteClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: 0.0, time=lambda: 0.0, sleep=waits.append)
    monkeypatch.setattr(polite_client, 'time', clock)
    server.in_turn(page(b'rate limited', 429, Retry_After='45'), page(b'busy', 504), ROAD)
    assert len(ask(client, server)) == 1
    assert 45.0 in waits
    assert len(server.paths) == 3
