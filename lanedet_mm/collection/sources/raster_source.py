"""Windows of orthophotos on disk."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.rasters.open_rasters import OpenRasters
from lanedet_mm.collection.rasters.raster_grid import RasterGrid
from lanedet_mm.collection.rasters.raster_window import RasterWindow
from lanedet_mm.collection.rasters.road_lines import read_road_lines
from lanedet_mm.collection.refuse_holes import refuse_holes
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.registry import UNLABELED_SOURCES

_SUFFIXES = {'.tif', '.tiff', '.vrt', '.jp2'}
# Windows are read once: GDAL need not keep a twentieth of the memory in blocks. In MB.
os.environ.setdefault('GDAL_CACHEMAX', '128')


@dataclass(frozen=True, kw_only=True)
class _Unusable(TileRequest):
    reason: str


@UNLABELED_SOURCES.register_module()
class RasterSource(UnlabeledSource):
    """Windows of the GeoTIFFs of a folder, on a grid, everywhere or along roads.

    A raster of any projection will do; one without is refused, for nothing is known of its scale.
    Its pixels have to be 8 bits in 3 bands or more, of which the first are red, green and blue, or
    in one band of grey. A window of which 1 % or more has no data is counted as empty and left out;
    with less, for a photograph may have the value that marks holes, its pixels are taken as they
    are. A raster that is smaller than a window has none.

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
        self.folder = Path(folder)
        self.grid = RasterGrid(
            tile_px=tile_px,
            overlap_px=overlap_px,
            gsd_m=gsd_m,
            roads=None if roads is None else read_road_lines(Path(roads)),
        )
        self.place = place
        self.time = time
        self._rasters = OpenRasters()

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
                    yield from self.grid.windows(
                        raster, path, where, place=self.place or where, time=self.time
                    )
            except (RasterioError, ProjError, CollectionError) as error:
                yield _Unusable(key=str(file), place=where, reason=f'{path}: {error}')

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Read a window at the scale that was asked for."""
        if isinstance(request, _Unusable):
            raise CollectionError(request.reason)
        if not isinstance(request, RasterWindow):
            raise CollectionError(f'{request.key} is no request of this source')
        window = Window(request.column, request.row, request.side, request.side)
        size = (self.grid.tile_px, self.grid.tile_px)
        kind = _resampling(request.side / self.grid.tile_px)
        try:
            raster = self._rasters.get(request.path)
            bands = [1, 2, 3] if raster.count >= 3 else [1, 1, 1]
            rgb = raster.read(bands, window=window, out_shape=(3, *size), resampling=kind)
            if not _is_opaque(raster):
                mask = raster.dataset_mask(window=window, out_shape=size)
                refuse_holes(mask > 0, f'the window of {request.path}')
        except RasterioError as error:
            raise CollectionError(f'{request.path} cannot be read ({error})') from None
        bgr: NDArray[np.uint8] = np.ascontiguousarray(rgb[::-1].transpose(1, 2, 0))
        return UnlabeledTile(image=bgr, gsd_m=request.gsd_m, time=request.time)

    def close(self) -> None:
        """Close the rasters."""
        self._rasters.close()


def _is_opaque(raster: DatasetReader) -> bool:
    return all(flags == [MaskFlags.all_valid] for flags in raster.mask_flag_enums)


def _resampling(shrink: float) -> Resampling:
    if shrink == 1:
        return Resampling.nearest
    return Resampling.average if shrink > 1 else Resampling.cubic
