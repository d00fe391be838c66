import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from loopback_server import Server
from tile_world import PARENT, Build, child, middle, relation, square_of, world

from lanedet_mm.collection.collection_error import CollectionError


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
    options = {'box': (11.0, 47.0, 12.0, 49.0), 'highways': ('trunk', 'primary')}
    server.answer = world(middle(PARENT), middle(child(3, 3)))
    first = list(build(**options).requests())
    assert len(first) == 2
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


def test_the_border_is_kept_with_the_roads(build: Build, server: Server, tmp_path: Path) -> None:
    road = [*middle(child(0, 0)), *middle(child(9, 0))]
    server.answer = world(road, areas=[relation(square_of(child(0, 0)))])
    first = list(build().requests())
    assert len(first) == 1
    server.answer = world(road)
    assert list(build().requests()) == first
    # Without it, as earlier runs have kept it, the road is followed to its end.
    file = tmp_path / 'roads.json'
    kept = json.loads(file.read_text())
    del kept['border']
    file.write_text(json.dumps(kept))
    assert len(list(build().requests())) == 10
    assert len(server.bodies) == 1
