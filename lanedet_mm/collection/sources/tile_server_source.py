"""Imagery servers, where a map says that there are roads."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import mercantile
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import Region, TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.collection.web.overpass import HIGHWAYS, roads_of
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.read_photograph import read_photograph
from lanedet_mm.collection.web.tile_layout import WORLD_M, TileLayout, tile_gsd_m, zoom_for
from lanedet_mm.collection.web.tiles_along import tiles_along
from lanedet_mm.imagery import write_atomically
from lanedet_mm.lanes import mercator_x, mercator_y
from lanedet_mm.registry import UNLABELED_SOURCES

_DRAWN_MAPS = re.compile(
    r'[\w.-]*(?:openstreetmap\.|opentopomap\.|(?<![\w-])osm\.(?:org|rrze))[\w.-]*'
)
_FROM_ENVIRONMENT = re.compile(r'{env:([^{}]*)}')
_KEPT = "/:=@&+,;$!'()*"  # which a URL may have as they are
_LEAST_SECRET = 8  # characters of a key's beginning that nobody may read


@dataclass(frozen=True, kw_only=True)
class _Square(TileRequest):
    column: int
    row: int
    region: Region
    gsd_m: float


@UNLABELED_SOURCES.register_module()
class TileServerSource(UnlabeledSource):
    """Photographs along the roads of an area, from an XYZ, WMTS or WMS server.

    The roads come from an Overpass server and are kept in a file, so that a later run asks for the
    same tiles whatever has become of the map. The imagery's own rules decide what may be
    collected: name the licence or the attribution that they ask for.

    Args:
        url: Template of the imagery server's URL; see `TileLayout`.
        licence: Licence or attribution of the imagery.
        area: Name of the area, as on the map; the place in the manifest.
        overpass_url: Interpreter of an Overpass server; not needed where `roads_file` is there.
        box: (west, south, east, north) in degrees, instead of the area's own border.
        highways: Kinds of road.
        zoom: Zoom of the server's tiles; of a WMS, the scale that they would have there.
        gsd_m: Ground metres per pixel, instead of a zoom; the nearest zoom, or, of a WMS, this.
        tile_px: Side of a collected tile.
        server_tile_px: Side of the server's own tiles, which are joined.
        roads_file: Where the roads are kept; None takes work_dirs/roads/NAME.json.
        time: When the photographs were taken, if the server's page says so.
        per_second: Requests a second at most.
        workers: Requests at the same time at most.
        timeout_s: Of a request.
        tries: How often a request is made in all.
        backoff_s: First wait before another try.
        contact: Address for the operators of the servers.
        name: Name in the manifest.
    """

    def __init__(
        self,
        *,
        url: str,
        licence: str,
        area: str,
        overpass_url: str | None = None,
        box: tuple[float, float, float, float] | None = None,
        highways: Sequence[str] = HIGHWAYS,
        zoom: int | None = None,
        gsd_m: float | None = None,
        tile_px: int = 512,
        server_tile_px: int = 256,
        roads_file: str | None = None,
        time: str | None = None,
        per_second: float = 2.0,
        workers: int = 2,
        timeout_s: float = 30.0,
        tries: int = 5,
        backoff_s: float = 1.0,
        contact: str = '',
        name: str = 'tiles',
    ) -> None:
        super().__init__(name=name, licence=licence)
        _refuse_drawn_maps(url)
        if (zoom is None) == (gsd_m is None):
            raise ValueError(f'zoom is {zoom} and gsd_m {gsd_m}; give one of them')
        self.layout = TileLayout(url)
        self._secrets = _secrets_of(url)
        self._per_side, rest = divmod(tile_px, server_tile_px)
        if self.layout.is_wms:
            self._per_side = 1
        elif rest or self._per_side & (self._per_side - 1) or not self._per_side:
            raise ValueError(
                f'tile_px is {tile_px} and server_tile_px {server_tile_px}; needed is 1, 2, 4, ... '
                "times the server's"
            )
        self.area, self.box, self.highways = area, box, tuple(highways)
        self.overpass_url = overpass_url
        self.zoom, self.gsd_m = zoom, gsd_m
        self.tile_px, self.server_tile_px = tile_px, server_tile_px
        self.roads_file = Path(roads_file or f'work_dirs/roads/{name}.json')
        self.time = time
        self.workers = workers
        self._client = PoliteClient(
            per_second=per_second,
            timeout_s=timeout_s,
            tries=tries,
            backoff_s=backoff_s,
            contact=contact,
        )

    def requests(self) -> Iterator[TileRequest]:
        """Squares that a road passes through, from north to south and west to east.

        Raises:
            CollectionError: If the roads cannot be had.
        """
        lines = [
            np.array([(mercator_x(lon), mercator_y(lat)) for lon, lat in line])
            for line in self._roads()
        ]
        middle_y = float(np.median(np.concatenate(lines)[:, 1]))
        side = self._side_m(middle_y)
        # Columns count from the west end of the map, rows from its north end, as servers do.
        flipped = (np.array([1, -1]) * line + WORLD_M / 2 for line in lines)
        for column, row in tiles_along(flipped, side):
            west, north = column * side - WORLD_M / 2, WORLD_M / 2 - row * side
            region = (west, north - side, west + side, north)
            gsd_m = tile_gsd_m(0, north - side / 2, 1) * side / WORLD_M / self.tile_px
            yield _Square(
                key=f'{side:.6g}m/{column}/{row}',
                place=self.area,
                region=region,
                column=column,
                row=row,
                gsd_m=gsd_m,
            )

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Download a square, of one image or of several that are joined."""
        if not isinstance(request, _Square):
            raise CollectionError(f'{request.key} is no request of this source')
        if self.layout.is_wms:
            image = self._download(self.layout.box_url(request.region, self.tile_px), self.tile_px)
        else:
            image = self._join(request)
        return UnlabeledTile(image=image, gsd_m=request.gsd_m, time=self.time)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _side_m(self, middle_y: float) -> float:
        """Side of a collected tile in Web Mercator metres."""
        if self.layout.is_wms and self.gsd_m is not None:
            return self.gsd_m * self.tile_px / tile_gsd_m(0, middle_y, 1) * WORLD_M
        return WORLD_M / 2 ** self._zoom(middle_y) * self.tile_px / self.server_tile_px

    def _zoom(self, middle_y: float) -> int:
        if self.zoom is not None:
            return self.zoom
        assert self.gsd_m is not None
        return zoom_for(self.gsd_m, middle_y, self.server_tile_px)

    def _join(self, request: _Square) -> NDArray[np.uint8]:
        count = self._per_side
        side = request.region[2] - request.region[0]
        zoom = round(np.log2(WORLD_M / (side / count)))
        west, north = request.column * count, request.row * count
        rows = [
            [
                self._tile(mercantile.Tile(west + column, north + row, zoom))
                for column in range(count)
            ]
            for row in range(count)
        ]
        return np.concatenate([np.concatenate(row, axis=1) for row in rows])

    def _tile(self, tile: mercantile.Tile) -> NDArray[np.uint8]:
        return self._download(self.layout.tile_url(tile), self.server_tile_px)

    def _download(self, url: str, size_px: int) -> NDArray[np.uint8]:
        try:
            return self._client.get(url, partial(read_photograph, size_px=size_px))
        except CollectionError as error:
            raise CollectionError(self._without_secrets(str(error))) from None

    def _without_secrets(self, text: str) -> str:
        """An error without keys: the URL's path may hold one, and a server's answer repeat it."""
        for secret in self._secrets:
            text = text.replace(secret, '...')
        return text

    def _roads(self) -> list[NDArray[np.float64]]:
        """Roads in degrees, from their file or else from the Overpass server."""
        asked = {'area': self.area, 'box': self.box and list(self.box), 'highways': self.highways}
        asked = json.loads(json.dumps(asked))
        if self.roads_file.exists():
            return self._kept_roads(asked)
        if self.overpass_url is None:
            raise CollectionError(
                f'no roads in {self.roads_file} and no overpass_url; name an Overpass server'
            )
        lines = roads_of(
            self._client, self.overpass_url, area=self.area, box=self.box, highways=self.highways
        )
        text = json.dumps({'asked': asked, 'lines': [line.tolist() for line in lines]})
        write_atomically(self.roads_file, text.encode())
        return lines

    def _kept_roads(self, asked: object) -> list[NDArray[np.float64]]:
        try:
            kept = json.loads(self.roads_file.read_bytes())
            kept_of, lines = kept['asked'], [_line(line) for line in kept['lines']]
        except (ValueError, LookupError, TypeError):
            raise CollectionError(
                f'{self.roads_file} is no file of roads that a run has kept; remove it, or name '
                'another roads_file'
            ) from None
        if kept_of != asked:
            raise CollectionError(
                f'{self.roads_file} holds the roads of {kept_of}, needed are those of {asked}; '
                'name another roads_file'
            )
        return lines


def _line(points: object) -> NDArray[np.float64]:
    return np.array(points, float).reshape(-1, 2)


def _refuse_drawn_maps(url: str) -> None:
    """Wherever in a URL and however the host is written: a proxy's tiles are the same tiles."""
    url = _FROM_ENVIRONMENT.sub(lambda name: os.environ.get(name.group(1), ''), url)
    found = _DRAWN_MAPS.search(unquote(url).lower())
    if found:
        raise ValueError(
            f'{found.group()} serves drawn maps, not photographs: there is no paint on their '
            'roads, and their rules forbid to download many tiles. Name a server of aerial imagery '
            'that allows it'
        )


def _secrets_of(url: str) -> list[str]:
    """Values from the environment, as they are and as URLs spell them, the longest first.

    Beginnings of them too: an error quotes the beginning of an answer, which may end within a key.
    """
    values = filter(None, (os.environ[name] for name in _FROM_ENVIRONMENT.findall(url)))
    spelt = [text for value in values for text in (value, quote(value, ''), quote(value, _KEPT))]
    starts = {
        text[:end] for text in spelt for end in range(min(len(text), _LEAST_SECRET), len(text) + 1)
    }
    return sorted(starts, key=len, reverse=True)
