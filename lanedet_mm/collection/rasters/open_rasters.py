"""Rasters that are open, one in each thread."""

import threading
from pathlib import Path

import rasterio
from rasterio.io import DatasetReader


class OpenRasters:
    """The raster that was read last, in each thread: windows of one raster follow each other.

    GDAL's handles belong to one thread, and a process may have some hundred files open, while a
    folder has thousands.
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[Path, DatasetReader]] = {}  # one of each thread

    def get(self, path: Path) -> DatasetReader:
        """This thread's own handle of a raster; the one before is closed.

        Raises:
            RasterioError: If it cannot be opened.
        """
        mine = threading.get_ident()
        if mine in self._open:
            last, raster = self._open[mine]
            if last == path:
                return raster
            del self._open[mine]
            raster.close()
        raster = rasterio.open(path)
        self._open[mine] = (path, raster)
        return raster

    def close(self) -> None:
        """Close those of all threads."""
        while self._open:
            self._open.popitem()[1][1].close()
