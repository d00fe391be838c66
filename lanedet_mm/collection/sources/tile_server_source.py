"""Imagery servers, where a map says that there are roads."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.collection.web.area_roads import AreaRoads
from lanedet_mm.collection.web.imagery_server import ImageryServer
from lanedet_mm.collection.web.overpass import HIGHWAYS
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.square import Square
from lanedet_mm.collection.web.square_grid import SquareGrid
from lanedet_mm.registry import UNLABELED_SOURCES


@UNLABELED_SOURCES.register_module()
class TileServerSource(UnlabeledSource):
    """Photographs along the roads of an area, from an XYZ, WMTS or WMS server.

    The roads come from an Overpass server and are kept in a file, so that a later run asks for the
    same tiles whatever has become of the map. No road is followed out of the area; where the map
    does not say where it ends, the report says so. A square is counted as empty and left out where
    the server has nothing (states 204, 404 and 410), or where 1 % of an image or more is a hole.
    The imagery's own rules decide what may be collected: name the licence or the attribution that
    they ask for.

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

    free_options = (
        *('overpass_url', 'per_second', 'workers', 'timeout_s', 'tries', 'backoff_s', 'contact'),
    )

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
        self.area, self.time, self.workers = area, time, workers
        self._roads = AreaRoads(
            file=Path(roads_file or f'work_dirs/roads/{name}.json'),
            area=area,
            box=box,
            highways=tuple(highways),
            overpass_url=overpass_url,
        )
        self._client = PoliteClient(
            per_second=per_second,
            timeout_s=timeout_s,
            tries=tries,
            backoff_s=backoff_s,
            contact=contact,
        )
        self.server = ImageryServer(
            url, self._client, tile_px=tile_px, server_tile_px=server_tile_px
        )
        self.grid = SquareGrid(
            zoom=zoom,
            gsd_m=gsd_m,
            tile_px=tile_px,
            server_tile_px=server_tile_px,
            is_free=self.server.layout.is_wms,
        )

    def requests(self) -> Iterator[TileRequest]:
        """Squares that a road of the area passes through, from north to south and west to east.

        Raises:
            CollectionError: If the roads cannot be had.
        """
        found = self._roads.read(self._client)
        self.remarks = []
        if found.border is None:
            self.remarks.append(
                f'the border of {self.area!r} is not known, its roads may lead out of it; give a '
                f'box, or remove {self._roads.file} to ask for roads and border anew'
            )
        roads = found.roads_within()
        if not roads:
            raise CollectionError(
                f'no road of {self._roads.file} is within {self._roads.box or self.area!r}; give '
                'a box (west, south, east, north) that holds some'
            )
        yield from self.grid.squares(roads, place=self.area)

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Download a square, of one image or of several that are joined."""
        if not isinstance(request, Square):
            raise CollectionError(f'{request.key} is no request of this source')
        image = self.server.photograph(request)
        return UnlabeledTile(image=image, gsd_m=request.gsd_m, time=self.time)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
