"""A camera that looks down on the towns of a CARLA server."""

import math
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.registry import UNLABELED_SOURCES

_FIELD_DEG = 10.0  # narrow, from high up: houses lean no more than in an orthophoto
_WEATHERS = ('ClearNoon', 'CloudyNoon', 'ClearSunset', 'WetNoon')


@dataclass(frozen=True, kw_only=True)
class _Spot(TileRequest):
    town: str
    east_m: float
    south_m: float
    up_m: float
    yaw_deg: float
    weather: str


@UNLABELED_SOURCES.register_module()
class CarlaSource(UnlabeledSource):
    """Tiles along the roads of CARLA's towns, by its own Python client (0.9.x).

    Start the server first: `./CarlaUE4.sh -RenderOffScreen`; `pip install carla` of its version.

    Args:
        towns: Names of the towns, such as Town01.
        licence: Licence of the pixels; CARLA's assets are CC-BY.
        host: Of the server.
        port: Of the server.
        tile_px: Side of a tile.
        gsd_m: Ground metres per pixel.
        spacing_m: Tiles are no nearer to each other.
        weathers: Presets of `carla.WeatherParameters`, taken in turns.
        timeout_s: Of a call.
        name: Name in the manifest.
    """

    free_options = ('host', 'port', 'timeout_s')

    def __init__(
        self,
        *,
        towns: Sequence[str],
        licence: str,
        host: str = 'localhost',
        port: int = 2000,
        tile_px: int = 512,
        gsd_m: float = 0.1,
        spacing_m: float = 40.0,
        weathers: Sequence[str] = _WEATHERS,
        timeout_s: float = 60.0,
        name: str = 'carla',
    ) -> None:
        super().__init__(name=name, licence=licence)
        if not towns or not weathers or tile_px < 16 or not min(gsd_m, spacing_m, timeout_s) > 0:
            raise ValueError(
                f'towns {list(towns)}, weathers {list(weathers)}, tile_px {tile_px}, gsd_m '
                f'{gsd_m}, spacing_m {spacing_m}, timeout_s {timeout_s}; needed are a town, a '
                'weather, 16 px and numbers above 0'
            )
        self.towns, self.weathers = tuple(towns), tuple(weathers)
        self.host, self.port, self.timeout_s = host, port, timeout_s
        self.tile_px, self.gsd_m, self.spacing_m = tile_px, gsd_m, spacing_m
        self._carla: Any = None
        self._world: Any = None
        self._settings: Any = None
        self._camera: Any = None
        self._town: str | None = None
        self._images: queue.Queue[Any] = queue.Queue()
        self._one_at_a_time = threading.Lock()  # the server is in one town

    def requests(self) -> Iterator[TileRequest]:
        """Spots along the roads, town by town.

        Raises:
            CollectionError: If there is no client, no server or no such town.
        """
        for town in self.towns:
            with self._one_at_a_time:
                self._enter(town)
                try:
                    points = self._world.get_map().generate_waypoints(self.spacing_m)
                except RuntimeError as error:
                    raise self._lost(error) from None
            kept: list[tuple[float, float]] = []
            for point in points:
                place = point.transform.location
                if any(math.dist((place.x, place.y), one) < self.spacing_m for one in kept):
                    continue
                weather = self.weathers[len(kept) % len(self.weathers)]
                kept.append((place.x, place.y))
                yield _Spot(
                    key=f'{town}/{place.x:.1f}/{place.y:.1f}/{weather}',
                    place=town,
                    town=town,
                    east_m=place.x,
                    south_m=place.y,
                    up_m=place.z,
                    yaw_deg=90.0 * (len(kept) % 4),
                    weather=weather,
                )

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Move the camera over a spot and take a photograph."""
        if not isinstance(request, _Spot):
            raise CollectionError(f'{request.key} is no request of this source')
        with self._one_at_a_time:
            self._enter(request.town)
            try:
                self._world.set_weather(getattr(self._carla.WeatherParameters, request.weather))
                self._camera.set_transform(self._above(request))
                image = self._photograph()
            except (RuntimeError, queue.Empty) as error:
                raise self._lost(error) from None
        bgra = np.frombuffer(image.raw_data, np.uint8).reshape(image.height, image.width, 4)
        return UnlabeledTile(image=bgra[..., :3].copy(), gsd_m=self.gsd_m)

    def close(self) -> None:
        """Take the camera away and leave the server as it was found, if it is still there."""
        camera, settings = self._camera, self._settings
        self._camera = self._settings = self._town = None
        if camera is not None:
            for part in (camera.stop, camera.destroy):
                with suppress(RuntimeError):
                    part()
        if settings is not None:
            with suppress(RuntimeError):
                self._world.apply_settings(settings)

    def _lost(self, error: Exception) -> CollectionError:
        """What to raise when the server does not answer; the next call enters its town anew."""
        self._town = None
        return CollectionError(
            f'the CARLA server at {self.host}:{self.port} did not answer ({error!r}); start '
            'it again with ./CarlaUE4.sh -RenderOffScreen'
        )

    def _above(self, spot: _Spot) -> Any:  # noqa: ANN401 - a carla.Transform
        width_m = self.tile_px * self.gsd_m
        height_m = width_m / 2 / math.tan(math.radians(_FIELD_DEG / 2))
        location = self._carla.Location(x=spot.east_m, y=spot.south_m, z=spot.up_m + height_m)
        rotation = self._carla.Rotation(pitch=-90.0, yaw=spot.yaw_deg, roll=0.0)
        return self._carla.Transform(location, rotation)

    def _photograph(self) -> Any:  # noqa: ANN401 - a carla.Image
        """The image of the next tick; those of earlier ones, from before the move, are dropped."""
        frame = self._world.tick()
        while True:
            image = self._images.get(timeout=self.timeout_s)
            if image.frame >= frame:
                return image

    def _enter(self, town: str) -> None:
        """Load a town, with the clock in our hands and a camera in it."""
        if town == self._town:
            return
        self.close()
        try:
            import carla
        except ImportError:
            raise CollectionError(
                'the CARLA client is missing: pip install carla, of the version of the server; '
                'start that with ./CarlaUE4.sh -RenderOffScreen'
            ) from None
        self._carla = carla
        try:
            client = carla.Client(self.host, self.port)
            client.set_timeout(self.timeout_s)
            self._world = client.load_world(town)
            self._settings = self._world.get_settings()
            ours = self._world.get_settings()
            ours.synchronous_mode = True
            ours.fixed_delta_seconds = 0.05
            self._world.apply_settings(ours)
            kind = self._world.get_blueprint_library().find('sensor.camera.rgb')
            for name in ('image_size_x', 'image_size_y'):
                kind.set_attribute(name, str(self.tile_px))
            kind.set_attribute('fov', str(_FIELD_DEG))
            self._camera = self._world.spawn_actor(kind, carla.Transform())
            self._images = queue.Queue()  # a server started anew counts frames from 0 again
            self._camera.listen(self._images.put)
        except RuntimeError as error:
            raise CollectionError(
                f'no CARLA server with {town} at {self.host}:{self.port} ({error}); start it with '
                './CarlaUE4.sh -RenderOffScreen'
            ) from None
        self._town = town
