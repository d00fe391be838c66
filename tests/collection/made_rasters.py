"""Sources of rasters that a test has made, and what goes wrong with them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources import RasterSource
from lanedet_mm.collection.tile_request import TileRequest

WriteRaster = Callable[..., Path]


def coarse(seed: int, cells: tuple[int, int], cell_px: int = 8) -> np.ndarray:
    """Squares of colours of chance."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(1, 256, (*cells, 3), dtype=np.uint8)
    return rgb.repeat(cell_px, 0).repeat(cell_px, 1)


def source_of(folder: Path, **options: Any) -> RasterSource:  # noqa: ANN401
    return RasterSource(folder=str(folder), licence='ours', **{'tile_px': 64, **options})


def requests_of(folder: Path, **options: Any) -> list[TileRequest]:  # noqa: ANN401
    return list(source_of(folder, **options).requests())


def reason_of(folder: Path) -> str:
    source = source_of(folder)
    (request,) = source.requests()
    with pytest.raises(CollectionError) as caught:
        source.fetch(request)
    return str(caught.value)
