"""Photographs of squares, from a server of any of the three kinds."""

from functools import partial

import mercantile
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.web.drawn_maps import refuse_drawn_maps
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.read_photograph import read_photograph
from lanedet_mm.collection.web.square import Square
from lanedet_mm.collection.web.tile_layout import WORLD_M, TileLayout
from lanedet_mm.collection.web.url_secrets import secrets_of, without_secrets


class ImageryServer:
    """A server of photographs, of which each is one image or several that are joined.

    Args:
        url: Template of its URL; see `TileLayout`.
        client: Who asks.
        tile_px: Side of a photograph.
        server_tile_px: Side of the server's own tiles, which are joined.
    """

    def __init__(
        self, url: str, client: PoliteClient, *, tile_px: int, server_tile_px: int
    ) -> None:
        refuse_drawn_maps(url)
        self.layout = TileLayout(url)
        self.tile_px, self.server_tile_px = tile_px, server_tile_px
        self._client = client
        self._secrets = secrets_of(url)
        self._per_side, rest = divmod(tile_px, server_tile_px)
        if self.layout.is_wms:
            self._per_side = 1
        elif rest or self._per_side & (self._per_side - 1) or not self._per_side:
            raise ValueError(
                f'tile_px is {tile_px} and server_tile_px {server_tile_px}; needed is 1, 2, 4, ... '
                "times the server's"
            )

    def photograph(self, square: Square) -> NDArray[np.uint8]:
        """Pixels of a square, BGR, shape (tile_px, tile_px, 3).

        Raises:
            NothingHereError: If the server has nothing here, or holes.
            CollectionError: If it cannot be had whole; no key of the URL is in it.
        """
        if self.layout.is_wms:
            return self._download(self.layout.box_url(square.region, self.tile_px), self.tile_px)
        count = self._per_side
        side = square.region[2] - square.region[0]
        zoom = round(np.log2(WORLD_M / (side / count)))
        west, north = square.column * count, square.row * count
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
            raise type(error)(without_secrets(str(error), self._secrets)) from None
