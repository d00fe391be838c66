"""Against a stand-in that has the client's classes and a ground of known colours."""

import math
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import CarlaSource


class Location:
    def __init__(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        self.x, self.y, self.z = x, y, z


class Rotation:
    def __init__(self, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> None:
        self.pitch, self.yaw, self.roll = pitch, yaw, roll


class Transform:
    def __init__(self, location: Location | None = None, rotation: Rotation | None = None) -> None:
        self.location, self.rotation = location or Location(), rotation or Rotation()


class Camera:
    def __init__(self, world: 'World', attributes: dict[str, str]) -> None:
        self.world, self.attributes, self.transform = world, attributes, Transform()
        self.listener: Any = None

    def listen(self, listener: Any) -> None:  # noqa: ANN401
        self.listener = listener

    def set_transform(self, transform: Transform) -> None:
        self.transform = transform

    def stop(self) -> None:
        self.listener = None

    def destroy(self) -> None:
        self.world.actors.remove(self)

    def see(self, frame: int) -> Any:  # noqa: ANN401
        """Ground whose blue is the metre east and green the metre south, about the spot."""
        size = int(self.attributes['image_size_x'])
        assert self.transform.rotation.pitch == -90
        height = self.transform.location.z - 0.5  # of the road
        width = 2 * height * math.tan(math.radians(float(self.attributes['fov']) / 2))
        offset = (np.arange(size) + 0.5) / size * width - width / 2
        right, up = np.meshgrid(offset, -offset)
        yaw = math.radians(self.transform.rotation.yaw)
        # Looking down, the top of the image is the heading; CARLA's y is to the right of its x.
        east = self.transform.location.x + up * math.cos(yaw) - right * math.sin(yaw)
        south = self.transform.location.y + up * math.sin(yaw) + right * math.cos(yaw)
        bgra = np.stack([east, south, 0 * east + 7, 0 * east + 255], axis=2)
        raw = np.round(bgra).clip(0, 255).astype(np.uint8).tobytes()
        return types.SimpleNamespace(frame=frame, width=size, height=size, raw_data=raw)


class Blueprint:
    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}

    def set_attribute(self, name: str, value: str) -> None:
        assert isinstance(value, str)
        self.attributes[name] = value


class World:
    def __init__(self, town: str) -> None:
        self.town, self.frame, self.actors, self.weather = town, 0, [], None
        self.settings = types.SimpleNamespace(synchronous_mode=False, fixed_delta_seconds=None)

    def get_map(self) -> Any:  # noqa: ANN401
        places = [(100, 50), (100.5, 50), (160, 50), (160, 120)]
        points = [
            types.SimpleNamespace(transform=Transform(Location(x, y, 0.5))) for x, y in places
        ]
        return types.SimpleNamespace(generate_waypoints=lambda distance: points)

    def get_settings(self) -> Any:  # noqa: ANN401
        return types.SimpleNamespace(**vars(self.settings))

    def apply_settings(self, settings: Any) -> None:  # noqa: ANN401
        self.settings = settings

    def get_blueprint_library(self) -> Any:  # noqa: ANN401
        return types.SimpleNamespace(find={'sensor.camera.rgb': Blueprint()}.__getitem__)

    def spawn_actor(self, blueprint: Blueprint, transform: Transform) -> Camera:
        camera = Camera(self, blueprint.attributes)
        self.actors.append(camera)
        return camera

    def set_weather(self, weather: str) -> None:
        self.weather = weather

    def tick(self) -> int:
        assert self.settings.synchronous_mode
        self.frame += 1
        for camera in self.actors:
            camera.listener(camera.see(self.frame - 1))  # one that comes late
            camera.listener(camera.see(self.frame))
        return self.frame


class Client:
    worlds: dict[str, World] = {}

    def __init__(self, host: str, port: int) -> None:
        if port != 2000:
            raise RuntimeError('time-out of 60000ms while waiting for the simulator')

    def set_timeout(self, seconds: float) -> None:
        assert seconds > 0

    def load_world(self, town: str) -> World:
        return self.worlds.setdefault(town, World(town))


def die(*_: object) -> Any:  # noqa: ANN401
    raise RuntimeError('time-out of 60000ms while waiting for the simulator')


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch) -> dict[str, World]:
    carla = types.ModuleType('carla')
    Client.worlds = {}
    weather = types.SimpleNamespace(ClearNoon='clear', WetNoon='wet')
    parts = {'Client': Client, 'Location': Location, 'Rotation': Rotation, 'Transform': Transform}
    for name, part in {**parts, 'WeatherParameters': weather}.items():
        setattr(carla, name, part)
    monkeypatch.setitem(sys.modules, 'carla', carla)
    return Client.worlds


def source(**options: Any) -> CarlaSource:  # noqa: ANN401
    plain = {'towns': ['Town01'], 'licence': 'CC-BY', 'weathers': ['ClearNoon', 'WetNoon']}
    return CarlaSource(**{**plain, 'tile_px': 64, 'gsd_m': 0.25, **options})


def test_spots_are_along_the_roads_and_not_too_near(worlds: dict[str, World]) -> None:
    requests = list(source().requests())
    assert [one.key for one in requests] == [
        'Town01/100.0/50.0/ClearNoon', 'Town01/160.0/50.0/WetNoon', 'Town01/160.0/120.0/ClearNoon'
    ]  # fmt: skip
    assert {one.place for one in requests} == {'Town01'}


def test_a_pixel_is_as_large_on_the_ground_as_it_says(worlds: dict[str, World]) -> None:
    collected = source()
    for request in collected.requests():
        tile = collected.fetch(request)
        assert tile.gsd_m == 0.25
        east, south = tile.image[..., 0].astype(float), tile.image[..., 1].astype(float)
        x, y = (float(part) for part in request.key.split('/')[1:3])
        assert (east.mean(), south.mean()) == pytest.approx((x, y), abs=0.5)
        assert np.ptp(east) == pytest.approx(63 * 0.25, abs=1)
        assert np.ptp(south) == pytest.approx(63 * 0.25, abs=1)
        assert (tile.image[..., 2] == 7).all()
    assert worlds['Town01'].weather == 'clear'


def test_the_server_is_left_as_it_was_found(worlds: dict[str, World]) -> None:
    collected = source(towns=['Town01', 'Town02'])
    requests = list(collected.requests())
    collected.fetch(requests[0])
    assert worlds['Town01'].settings.synchronous_mode
    collected.close()
    collected.close()
    for world in worlds.values():
        assert not world.settings.synchronous_mode
        assert world.actors == []


def test_a_server_that_dies_costs_its_tiles_and_no_more(
    worlds: dict[str, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tick(world: World) -> int:
        for name in ('tick', 'get_map', 'apply_settings'):
            monkeypatch.setattr(World, name, die)
        monkeypatch.setattr(Camera, 'destroy', die)
        monkeypatch.setattr(Client, 'load_world', die)
        return die()

    monkeypatch.setattr(World, 'tick', tick)
    carla = {'type': 'CarlaSource', 'licence': 'CC-BY', 'weathers': ['ClearNoon'], 'tile_px': 64}
    rendered = {'type': 'SyntheticSource', 'tiles_per_city': 1, 'cities': ['cairo'], 'tile_px': 64}
    sources = [{**carla, 'towns': ['Town01', 'Town02']}, rendered]
    report = Collector(out=tmp_path).collect(sources)
    assert report.counts['carla']['failed'] == 3
    assert 'no CARLA server with Town02' in report.left['carla']
    assert 'the CARLA server at localhost:2000 did not answer' in report.failures['carla'][0]
    assert sum(report.counts['rendered'].values()) == 1
    assert (tmp_path / 'manifest.parquet').exists()
    assert (tmp_path / 'report.json').exists()


def test_a_map_that_does_not_come_is_an_error_of_the_source(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(World, 'get_map', die)
    with pytest.raises(CollectionError, match=r'did not answer \(.*time-out.*start it again'):
        list(source().requests())


def test_a_server_that_was_started_again_is_entered_again(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    collected = source()
    first, second, third = collected.requests()
    dead = worlds['Town01']
    dead.frame = 1000
    collected.fetch(first)
    dead.actors[0].listener(dead.actors[0].see(2000))  # one that nobody has asked for
    monkeypatch.setattr(dead, 'tick', die)
    monkeypatch.setattr(dead, 'apply_settings', die)
    del worlds['Town01']  # the next one counts its frames from 0
    with pytest.raises(CollectionError, match='did not answer'):
        collected.fetch(second)
    tile = collected.fetch(third)
    assert tile.image[..., :2].reshape(-1, 2).mean(0) == pytest.approx((160, 120), abs=0.5)
    assert worlds['Town01'].frame == 1


def test_without_a_client_or_a_server_it_says_how_to_get_one(
    worlds: dict[str, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CollectionError, match=r'no CARLA server .*-RenderOffScreen'):
        list(source(port=2222).requests())
    monkeypatch.setitem(sys.modules, 'carla', None)
    with pytest.raises(CollectionError, match='pip install carla'):
        list(source().requests())
