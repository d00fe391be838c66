from pathlib import Path

import mercantile
import pytest
from loopback_server import Server
from tile_world import (
    PARENT,
    PATHS,
    WMS,
    Build,
    asked_tile,
    child,
    draw,
    images_asked,
    middle,
    paint,
    world,
)


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


def test_a_map_server_draws_just_the_ground_size(build: Build, server: Server) -> None:
    server.answer = world([(10, 60.0), (10.0001, 60.0)], imagery=draw)
    source = build(layout=WMS, gsd_m=0.3, tile_px=512)
    request = next(iter(source.requests()))
    assert request.region is not None
    assert request.region[2] - request.region[0] == pytest.approx(307.2)  # 512 * 0.3 / cos 60
    assert source.fetch(request).gsd_m == pytest.approx(0.3, rel=1e-4)
