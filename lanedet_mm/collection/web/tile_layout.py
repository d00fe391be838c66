"""How an imagery server names its tiles."""

import math
import os
import re
from dataclasses import dataclass

import mercantile

from lanedet_mm.collection.tile_request import Region
from lanedet_mm.lanes import ground_scale

WORLD_M = 2 * math.pi * 6378137.0
_PLACEHOLDER = re.compile(r'{([^{}]*)}')
_XYZ = [{'x', 'y', 'z'}, {'x', '-y', 'z'}, {'q'}]
_WMTS = [{'TileMatrix', 'TileRow', 'TileCol'}]
_WMS = [{'bbox', 'width', 'height'}]


@dataclass(frozen=True)
class TileLayout:
    """A URL template of one of the three kinds of server, by its placeholders.

    XYZ: `{z}/{x}/{y}`; `{-y}` counts rows from the south (TMS), `{q}` is a quadkey.
    WMTS: `{TileMatrix}`, `{TileRow}`, `{TileCol}` in the Web Mercator tile matrix set.
    WMS: `{bbox}`, `{width}`, `{height}`, a GetMap request in EPSG:3857.
    `{env:NAME}` is taken from the environment, so that no key stands in a config.

    Attributes:
        template: The URL.
    """

    template: str

    def __post_init__(self) -> None:
        names = {name for name in _PLACEHOLDER.findall(self.template) if name[:4] != 'env:'}
        if names not in [*_XYZ, *_WMTS, *_WMS]:
            raise ValueError(
                f'the URL has the placeholders {sorted(names)}; needed are {{z}} {{x}} {{y}} (or '
                '{-y}, or {q} alone), or {TileMatrix} {TileRow} {TileCol}, or {bbox} {width} '
                '{height}'
            )
        missing = [name for name in self._secrets() if name not in os.environ]
        if missing:
            raise ValueError(f'the URL needs {missing} from the environment; set them')

    @property
    def is_wms(self) -> bool:
        """Whether the server draws any box, instead of tiles of its own."""
        return '{bbox}' in self.template

    def tile_url(self, tile: mercantile.Tile) -> str:
        """URL of one of the server's tiles."""
        x, y, z = tile.x, tile.y, tile.z
        return self._fill(
            {
                'x': x,
                'y': y,
                'z': z,
                '-y': 2**z - 1 - y,
                'q': mercantile.quadkey(tile),
                'TileMatrix': z,
                'TileRow': y,
                'TileCol': x,
            }
        )

    def box_url(self, box: Region, size_px: int) -> str:
        """URL of a box; EPSG:3857 has east before north in all versions of WMS."""
        bbox = ','.join(f'{edge:.6f}' for edge in box)
        return self._fill({'bbox': bbox, 'width': size_px, 'height': size_px})

    def _fill(self, values: dict[str, object]) -> str:
        secrets = {f'env:{name}': os.environ[name] for name in self._secrets()}
        known = {**values, **secrets}
        return _PLACEHOLDER.sub(lambda found: str(known[found.group(1)]), self.template)

    def _secrets(self) -> list[str]:
        return [name[4:] for name in _PLACEHOLDER.findall(self.template) if name[:4] == 'env:']


def tile_gsd_m(zoom: int, latitude_m: float, tile_px: int = 256) -> float:
    """Ground metres per pixel of Web Mercator tiles.

    Args:
        zoom: Of the tiles.
        latitude_m: Web Mercator northing.
        tile_px: Pixels of a tile's side.
    """
    return WORLD_M / 2**zoom / tile_px * ground_scale(latitude_m)


def zoom_for(gsd_m: float, latitude_m: float, tile_px: int = 256) -> int:
    """Zoom whose ground metres per pixel are nearest to those wanted, as a ratio."""
    return max(0, round(math.log2(tile_gsd_m(0, latitude_m, tile_px) / gsd_m)))
