import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import cv2
import mercantile
import numpy as np
import pytest
from loopback_server import Server, send
from tile_world import (
    PARENT,
    Build,
    asked_tile,
    child,
    middle,
    options_of,
    relation,
    square_of,
    world,
)

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import TileServerSource
from lanedet_mm.collection.tile_request import TileRequest


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


def test_a_tile_carries_when_it_was_taken(build: Build, server: Server) -> None:
    server.answer = world(middle(PARENT))
    source = build(time='2021-06')
    assert source.fetch(next(iter(source.requests()))).time == '2021-06'


def test_the_request_of_another_source_is_refused(build: Build) -> None:
    with pytest.raises(CollectionError, match='0:7 is no request of this source'):
        build().fetch(TileRequest(key='0:7', place='Au'))


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


def test_a_road_that_leads_out_of_an_area_with_a_name_is_followed_no_further(
    build: Build, server: Server
) -> None:
    road = [point for column in (0, 9, 4) for point in middle(child(column, 0))]
    west, east = square_of(child(0, 0)), square_of(child(4, 0))
    server.answer = world(road, areas=[relation(west), relation(east, number=2)])
    source = build()
    assert [request.region for request in source.requests()] == [
        pytest.approx(mercantile.xy_bounds(child(column, 0))) for column in (0, 4)
    ]
    assert source.remarks == []


def test_an_area_without_a_border_is_followed_along_its_roads_and_the_report_says_so(
    server: Server, tmp_path: Path
) -> None:
    server.answer = world([*middle(child(0, 0)), *middle(child(2, 0))])
    options = options_of(server, tmp_path)
    report = Collector(out=tmp_path / 'out').collect([{'type': 'TileServerSource', **options}])
    assert sum(report.counts['tiles'].values()) == 3
    (remark,) = json.loads((tmp_path / 'out' / 'report.json').read_text())['remarks']['tiles']
    assert remark.startswith("the border of 'Au' is not known, its roads may lead out of it")
    assert f'tiles: {remark}' in report.summary()
    assert report.is_whole


def test_an_area_whose_north_is_outside_of_the_imagery_is_collected(
    server: Server, tmp_path: Path
) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        tile = asked_tile(handler.path)
        if tile.y < child(0, 21).y:
            send(handler, b'', state=404)
        else:
            rng = np.random.default_rng(tile.y)
            cells = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            image = cells.repeat(32, 0).repeat(32, 1)
            send(handler, cv2.imencode('.png', image)[1].tobytes(), kind='image/png')

    server.answer = world(middle(child(0, 0)) + middle(child(0, 23)), imagery=half)
    source = {'type': 'TileServerSource', **options_of(server, tmp_path)}
    report = Collector(out=tmp_path / 'out').collect([source])
    assert (report.counts['tiles']['empty'], report.counts['tiles']['kept']) == (21, 3)
    assert report.is_whole
    asked = len(server.paths)
    Collector(out=tmp_path / 'out').collect([source])
    assert len(server.paths) == asked


def test_a_server_that_was_asked_too_much_may_be_asked_for_less_in_the_same_folder(
    server: Server, tmp_path: Path
) -> None:
    source = {'type': 'TileServerSource', **options_of(server, tmp_path, tries=1)}
    server.answer = world(middle(PARENT), imagery=lambda handler: send(handler, b'', state=429))
    collector = Collector(out=tmp_path / 'out')
    assert 'ask for less, or later' in collector.collect([source]).failures['tiles'][0]
    server.answer = world(middle(PARENT))
    calmer = {'per_second': 500, 'timeout_s': 9.0, 'tries': 3, 'backoff_s': 0.02, 'workers': 1}
    other = {'contact': 'me@a.org', 'overpass_url': f'{server.url}/another'}
    assert collector.collect([{**source, **calmer, **other}]).is_whole
    with pytest.raises(ValueError, match=r'begun with .*"zoom": 18.* now .*"zoom": 17'):
        collector.collect([{**source, 'zoom': 17}])


def test_an_area_with_all_roads_outside_is_refused(build: Build, server: Server) -> None:
    server.answer = world(middle(child(0, 0)), areas=[relation(square_of(child(9, 9)))])
    with pytest.raises(
        CollectionError, match=r"no road of .*roads\.json is within 'Au'; give a box"
    ):
        list(build().requests())
