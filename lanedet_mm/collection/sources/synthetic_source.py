"""Tiles of our own renderer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.lanes import CITIES, TileAnnotation
from lanedet_mm.registry import UNLABELED_SOURCES
from lanedet_mm.synthesis.rendered_dataset import NetworkOptions, network_tile, tile_id
from lanedet_mm.synthesis.tile_writer import photograph


@dataclass(frozen=True, kw_only=True)
class _Rendered(TileRequest):
    tile_id: str
    annotation: TileAnnotation


@UNLABELED_SOURCES.register_module()
class SyntheticSource(UnlabeledSource):
    """Photographs of road networks of our own, from the training strip of each city's map.

    A rendered city lies where the real one does: named splits of real tiles exclude it there too.

    Args:
        tiles_per_city: How many.
        cities: Which cities.
        tile_px: Side of a tile.
        gsd_m: Least and greatest ground metres per pixel.
        extent_m: Side of each city's map, ground metres.
        seed: The same seed gives the same tiles.
        name: Name in the manifest.
        licence: Rights of the pixels; they are whose renders them.
    """

    def __init__(
        self,
        *,
        tiles_per_city: int,
        cities: Sequence[str] = CITIES,
        tile_px: int = 512,
        gsd_m: tuple[float, float] = (0.08, 0.30),
        extent_m: float = 3000.0,
        seed: int = 0,
        name: str = 'rendered',
        licence: str = 'rendered, no rights reserved',
    ) -> None:
        super().__init__(name=name, licence=licence)
        unknown = sorted(set(cities) - set(CITIES))
        if unknown or not cities or tiles_per_city < 1:
            raise ValueError(
                f'cities {list(cities)}, tiles_per_city {tiles_per_city}; needed are some of '
                f'{CITIES} and 1 or more'
            )
        self.tiles_per_city = tiles_per_city
        self.cities = sorted(set(cities), key=CITIES.index)
        self.options = NetworkOptions(
            size_px=tile_px, gsd_range_m=(gsd_m[0], gsd_m[1]), extent_m=extent_m, seed=seed
        )

    def requests(self) -> Iterator[TileRequest]:
        """City by city, for a city's map takes seconds to make."""
        for city in self.cities:
            for index in range(self.tiles_per_city):
                annotation = network_tile(city, index, self.options, side='train')
                yield _Rendered(
                    key=f'{city}/{index}',
                    place=city,
                    region=annotation.region,
                    tile_id=tile_id(city, index),
                    annotation=annotation,
                )

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Render a tile."""
        if not isinstance(request, _Rendered):
            raise CollectionError(f'{request.key} is no request of this source')
        rgb = photograph(request.tile_id, request.annotation, seed=self.options.seed)
        return UnlabeledTile(
            image=np.ascontiguousarray(rgb[..., ::-1]), gsd_m=request.annotation.ground_gsd_m
        )
