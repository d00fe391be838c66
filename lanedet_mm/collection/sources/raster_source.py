"""Windows of orthophotos on disk."""

import math
import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.rasters.raster_ground import (
    check_raster,
    ground_gsd_m,
    region_of,
    time_of,
)
from lanedet_mm.collection.rasters.road_lines import holds_point, points_along, read_road_lines
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import check_window, window_starts
from lanedet_mm.registry import UNLABELED_SOURCES

_SUFFIXES = {'.tif', '.tiff', '.vrt', '.jp2'}
# Windows are read once: GDAL need not keep a twentieth of the memory in blocks. In MB.
os.environ.setdefault('GDAL_CACHEMAX', '128')


@dataclass(frozen=True, kw_only=True)
class _WindowOf(TileRequest):
    path: Path
    column: float
    row: float
    side: float  # of the raster's own pixels
    gsd_m: float
    time: str | None


@dataclass(frozen=True, kw_only=True)
class _Unusable(TileRequest):
    reason: str


@UNLABELED_SOURCES.register_module()
class RasterSource(UnlabeledSource):
    """Windows of the GeoTIFFs of a folder, on a grid, everywhere or along roads.

    A raster of any projection will do; one without is refused, for nothing is known of its scale.
    Its pixels have to be 8 bits in 3 bands or more, of which the first are red, green and blue, or
    in one band of grey. A window that is not covered whole fails; a raster that is smaller than a
    window has none.

    Args:
        folder: Folder of the rasters, at any depth.
        tile_px: Side of a tile.
        overlap_px: What neighbours share.
        gsd_m: Ground metres per pixel of the tiles; None keeps the raster's own.
        roads: GeoJSON file of lines in degrees; only windows that a line passes are taken.
        place: Place in the manifest; None takes the raster's folder and name.
        time: When the photographs were taken; None takes the raster's own tag.
        name: Name in the manifest.
        licence: Licence or attribution of the pixels.
    """

    workers = 2

    def __init__(
        self,
        *,
        folder: str,
        licence: str,
        tile_px: int = 512,
        overlap_px: int = 0,
        gsd_m: float | None = None,
        roads: str | None = None,
        place: str | None = None,
        time: str | None = None,
        name: str = 'raster',
    ) -> None:
        super().__init__(name=name, licence=licence)
        check_window(tile_px, overlap_px)
        if gsd_m is not None and not gsd_m > 0:
            raise ValueError(f'gsd_m is {gsd_m}; needed is more than 0, or None')
        self.folder = Path(folder)
        self.tile_px = tile_px
        self.overlap_px = overlap_px
        self.gsd_m = gsd_m
        self.roads = None if roads is None else read_road_lines(Path(roads))
        self.place = place
        self.time = time
        self._open: dict[int, tuple[Path, DatasetReader]] = {}  # one of each thread

    def requests(self) -> Iterator[TileRequest]:
        """Raster by raster, row by row; one that cannot be used is a request that will fail.

        Raises:
            CollectionError: If there is no raster.
        """
        paths = sorted(path for path in self.folder.rglob('*') if path.suffix.lower() in _SUFFIXES)
        if not paths:
            raise CollectionError(
                f'no raster ({", ".join(sorted(_SUFFIXES))}) in {self.folder}; name the folder of '
                'the orthophotos'
            )
        stems = Counter(path.with_suffix('') for path in paths)
        for path in paths:
            file = path.relative_to(self.folder)
            where = str(file if stems[path.with_suffix('')] > 1 else file.with_suffix(''))
            try:
                with rasterio.open(path) as raster:
                    yield from self._windows(raster, path, where)
            except (RasterioError, ProjError, CollectionError) as error:
                yield _Unusable(key=str(file), place=where, reason=f'{path}: {error}')

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Read a window at the scale that was asked for."""
        if isinstance(request, _Unusable):
            raise CollectionError(request.reason)
        if not isinstance(request, _WindowOf):
            raise CollectionError(f'{request.key} is no request of this source')
        window = Window(request.column, request.row, request.side, request.side)
        size = (self.tile_px, self.tile_px)
        is_own = request.side == self.tile_px
        kind = Resampling.nearest if is_own else _resampling(request.side / self.tile_px)
        try:
            raster = self._raster(request.path)
            bands = [1, 2, 3] if raster.count >= 3 else [1, 1, 1]
            rgb = raster.read(bands, window=window, out_shape=(3, *size), resampling=kind)
            if not _is_opaque(raster):
                mask = raster.dataset_mask(window=window, out_shape=size)
                if not mask.all():
                    raise CollectionError(
                        f'{request.path}: {(mask == 0).mean():.0%} of the window has no data'
                    )
        except RasterioError as error:
            raise CollectionError(f'{request.path} cannot be read ({error})') from None
        bgr: NDArray[np.uint8] = np.ascontiguousarray(rgb[::-1].transpose(1, 2, 0))
        return UnlabeledTile(image=bgr, gsd_m=request.gsd_m, time=request.time)

    def close(self) -> None:
        """Close the rasters."""
        while self._open:
            self._open.popitem()[1][1].close()

    def _raster(self, path: Path) -> DatasetReader:
        """This thread's own handle of a raster; it keeps the last one open."""
        mine = threading.get_ident()
        if mine in self._open:
            last, raster = self._open[mine]
            if last == path:
                return raster
            del self._open[mine]
            raster.close()  # a process may have some hundred files open, a folder has thousands
        raster = rasterio.open(path)
        self._open[mine] = (path, raster)
        return raster

    def _windows(self, raster: DatasetReader, path: Path, where: str) -> Iterator[_WindowOf]:
        check_raster(raster)
        own_gsd_m = ground_gsd_m(raster)
        if not 0 < own_gsd_m < math.inf:
            raise CollectionError(
                f'its corner {raster.transform.c:g}, {raster.transform.f:g} is no place of '
                f'{raster.crs}; give it its true projection (gdal_translate -a_srs EPSG:...)'
            )
        gsd_m = self.gsd_m or own_gsd_m
        side = self.tile_px if self.gsd_m is None else self.tile_px * gsd_m / own_gsd_m
        scale = side / self.tile_px
        wh = [math.floor(length / scale) for length in (raster.width, raster.height)]
        if min(wh) < self.tile_px:
            return
        to_mercator = Transformer.from_crs(CRS.from_user_input(raster.crs), 3857, always_xy=True)
        passed = None
        if self.roads is not None:
            passed = points_along(self.roads, raster, scale, spacing_px=self.tile_px / 16)
        for row in window_starts(wh[1], self.tile_px, self.overlap_px):
            for column in window_starts(wh[0], self.tile_px, self.overlap_px):
                if passed is not None and not holds_point(passed, column, row, self.tile_px):
                    continue
                yield _WindowOf(
                    key=f'{where}@r{row}c{column}',
                    place=self.place or where,
                    region=region_of(raster, to_mercator, column * scale, row * scale, side),
                    path=path,
                    column=column * scale,
                    row=row * scale,
                    side=side,
                    gsd_m=gsd_m,
                    time=self.time or time_of(raster),
                )


def _is_opaque(raster: DatasetReader) -> bool:
    return all(flags == [MaskFlags.all_valid] for flags in raster.mask_flag_enums)


def _resampling(shrink: float) -> Resampling:
    return Resampling.average if shrink > 1 else Resampling.cubic
