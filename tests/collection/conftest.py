import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
import rasterio

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.sources import TileServerSource, UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.registry import UNLABELED_SOURCES

sys.path.insert(0, str(Path(__file__).parent))
from loopback_server import Server
from tile_world import Build, options_of


def picture(seed: int, size: int = 64) -> np.ndarray:
    """A picture of large shapes, as unlike that of another seed as photographs are."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)
    return coarse.repeat(size // 8, 0).repeat(size // 8, 1)


@UNLABELED_SOURCES.register_module()
class PlannedSource(UnlabeledSource):
    """Tiles as a list says, and a record of what is fetched.

    A tile is a seed, 'same:SEED' for nearly that picture, 'blank', 'empty', 'fail' or 'until:FILE'
    for one that fails until there is that file.
    """

    free_options = ('workers',)
    fetched: list[str] = []

    def __init__(
        self,
        *,
        plan: list[Any],
        name: str = 'planned',
        regions: bool = False,
        origin: tuple[float, float] = (0.0, 0.0),
        workers: int = 1,
    ) -> None:
        super().__init__(name=name, licence='ours')
        self.plan, self.regions, self.workers = plan, regions, workers
        self.origin = origin

    def requests(self) -> Iterator[TileRequest]:
        for index, what in enumerate(self.plan):
            if what == 'end':
                raise CollectionError('the list is torn')
            x, y = self.origin[0] + index * 10.0, self.origin[1]
            region = (x, y, x + 10, y + 10) if self.regions else None
            yield TileRequest(key=f'{index}:{what}', place=f'place {index % 2}', region=region)

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        what = request.key.split(':', 1)[1]
        PlannedSource.fetched.append(request.key)
        if what == 'empty':
            raise NothingHereError('no imagery')
        if what == 'fail' or (what.startswith('until:') and not Path(what[6:]).exists()):
            raise CollectionError('the server was out')
        if what.startswith('until:'):
            image = picture(99)
        elif what == 'blank':
            image = np.full((64, 64, 3), 200, np.uint8)
        else:
            image = picture(int(what.removeprefix('same:')))
            if what.startswith('same:'):
                image = np.clip(image.astype(int) + 9, 0, 255).astype(np.uint8)
        return UnlabeledTile(image=image, gsd_m=0.25, time='2021')


@pytest.fixture(autouse=True)
def fetched() -> list[str]:
    """Keys that were fetched in this test."""
    PlannedSource.fetched.clear()
    return PlannedSource.fetched


@pytest.fixture
def manifest() -> Callable[[Path], list[dict[str, Any]]]:
    """Rows of a corpus' manifest."""
    return lambda out: pyarrow.parquet.read_table(out / 'manifest.parquet').to_pylist()


@pytest.fixture
def write_raster() -> Callable[..., Path]:
    """Write a GeoTIFF from RGB pixels, by default 0.1 m a pixel in Paris (UTM 31 north)."""

    def _write(
        path: Path,
        rgb: np.ndarray,
        *,
        crs: str | None = 'EPSG:32631',
        corner: tuple[float, float] = (450_000.0, 5_410_000.0),
        size: float = 0.1,
        **options: Any,  # noqa: ANN401
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        bands = rgb.transpose(2, 0, 1)
        with rasterio.open(
            path,
            'w',
            driver='GTiff',
            count=len(bands),
            height=rgb.shape[0],
            width=rgb.shape[1],
            dtype=rgb.dtype,
            crs=crs,
            transform=rasterio.Affine(size, 0, corner[0], 0, -size, corner[1]),
            **options,
        ) as raster:
            raster.write(bands)
        return path

    return _write


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback that answers as a test says."""
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def build(server: Server, tmp_path: Path) -> Iterator[Build]:
    """A source of the test's server: `build(layout=WMS, tile_px=512)`."""
    made: list[TileServerSource] = []

    def _build(**options: Any) -> TileServerSource:  # noqa: ANN401
        made.append(TileServerSource(**options_of(server, tmp_path, **options)))
        return made[-1]

    yield _build
    for source in made:
        source.close()


@pytest.fixture
def client() -> Iterator[PoliteClient]:
    """A client that does not wait."""
    made = PoliteClient(per_second=1000, timeout_s=5, tries=3, backoff_s=0.01)
    yield made
    made.close()
