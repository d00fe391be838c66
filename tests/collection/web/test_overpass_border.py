from typing import Any

import pytest
from loopback_server import Server
from overpass_world import ask_all, roads, way
from tile_world import relation

from lanedet_mm.collection.web.polite_client import PoliteClient

RING = [(11.0, 48.0), (12.0, 48.0), (12.0, 49.0), (11.0, 49.0), (11.0, 48.0)]


def test_the_border_comes_along_in_its_lines(client: PoliteClient, server: Server) -> None:
    area = relation(RING[:3], RING[2:])
    capital = {'type': 'node', 'role': 'admin_centre', 'lat': 1.0, 'lon': 2.0}
    part = {'type': 'relation', 'role': 'subarea', 'ref': 7}
    label = {**area['members'][0], 'role': 'label'}
    area['members'] += [capital, part, label]
    server.in_turn(roads(way(1, (11.5, 48.1), (11.6, 48.2)), area))
    found = ask_all(client, server)
    assert [line.tolist() for line in found.roads] == [[[11.5, 48.1], [11.6, 48.2]]]
    assert found.border is not None
    (outline,) = found.border.outlines
    assert [line.tolist() for line in outline] == [
        [[*point] for point in RING[:3]], [[*point] for point in RING[2:]]
    ]  # fmt: skip


def test_a_way_can_be_an_area_or_a_road_on_a_border(client: PoliteClient, server: Server) -> None:
    area = {**way(5, *RING), 'tags': {'name': 'Au', 'boundary': 'administrative'}}
    road = {**way(6, (11, 48), (13, 48)), 'tags': {'highway': 'trunk', 'boundary': 'town'}}
    server.in_turn(roads(area, road))
    found = ask_all(client, server)
    assert [line.tolist() for line in found.roads] == [[[11, 48], [13, 48]]]
    assert [line.tolist() for line in found.roads_within()] == [[[11, 48], [12, 48]]]


@pytest.mark.parametrize(
    'areas',
    [
        [],
        [relation(RING[:3])],
        [relation(RING), relation(RING[:2], RING[2:], number=2)],
        [relation(RING, role='label')],
        [{'type': 'relation', 'id': 1}],
    ],
    ids=['none', 'open', 'one open', 'no outline', 'bare'],
)
def test_a_border_that_does_not_close_is_none(
    client: PoliteClient, server: Server, areas: list[dict[str, Any]]
) -> None:
    server.in_turn(roads(way(1, (0, 0), (20, 50)), *areas))
    found = ask_all(client, server)
    assert found.border is None
    assert [line.tolist() for line in found.roads_within()] == [[[0, 0], [20, 50]]]


def test_a_box_is_its_own_border(client: PoliteClient, server: Server) -> None:
    server.in_turn(roads(way(1, (0, 2), (10, 2))))
    found = ask_all(client, server, box=(4.0, 1.0, 8.0, 3.0))
    assert [line.tolist() for line in found.roads_within()] == [[[4, 2], [8, 2]]]
