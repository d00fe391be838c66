"""Imagery servers, where a map says that there are roads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import mercantile
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import Region, TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.collection.web.area_roads import AreaRoads
from lanedet_mm.collection.web.drawn_maps import refuse_drawn_maps
from lanedet_mm.collection.web.overpass import HIGHWAYS
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.read_photograph import read_photograph
from lanedet_mm.collection.web.tile_layout import WORLD_M, TileLayout, tile_gsd_m, zoom_for
from lanedet_mm.collection.web.tiles_along import tiles_along
from lanedet_mm.collection.web.url_secrets import secrets_of, without_secrets
from lanedet_mm.lanes import mercator_x, mercator_y
from lanedet_mm.registry import UNLABELED_SOURCES


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
        refuse_drawn_maps(url)
        if (zoom is None) == (gsd_m is None):
            raise ValueError(f'zoom is {zoom} and gsd_m {gsd_m}; give one of them')
        self.layout = TileLayout(url)
        self._secrets = secrets_of(url)
        self._per_side, rest = divmod(tile_px, server_tile_px)
        if self.layout.is_wms:
            self._per_side = 1
        elif rest or self._per_side & (self._per_side - 1) or not self._per_side:
            raise ValueError(
                f'tile_px is {tile_px} and server_tile_px {server_tile_px}; needed is 1, 2, 4, ... '
                "times the server's"
            )
        self.area, self.box = area, box
        self.zoom, self.gsd_m = zoom, gsd_m
        self.tile_px, self.server_tile_px = tile_px, server_tile_px
        self._roads = AreaRoads(
            file=Path(roads_file or f'work_dirs/roads/{name}.json'),
            area=area,
            box=box,
            highways=tuple(highways),
            overpass_url=overpass_url,
        )
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
            for line in self._roads.lines(self._client)
        ]
        middle_y = float(np.median(np.concatenate(lines)[:, 1]))
        side = self._side_m(middle_y)
        # Columns count from the west end of the map, rows from its north end, as servers do.
        flipped = (np.array([1, -1]) * line + WORLD_M / 2 for line in lines)
        for column, row in tiles_along(flipped, side):
            west, north = column * side - WORLD_M / 2, WORLD_M / 2 - row * side
            region = (west, north - side, west + side, north)
            if not self._reaches(region):
                continue
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

    def _reaches(self, region: Region) -> bool:
        """Whether a square has ground in the box; roads come whole, and lead out of it."""
        if self.box is None:
            return True
        west, south, east, north = self.box
        return (
            region[0] < mercator_x(east)
            and mercator_x(west) < region[2]
            and region[1] < mercator_y(north)
            and mercator_y(south) < region[3]
        )

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
            raise CollectionError(without_secrets(str(error), self._secrets)) from None
