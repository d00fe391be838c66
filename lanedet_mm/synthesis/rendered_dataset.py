"""Rendered data sets in AEL's own folder layout."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from lanedet_mm.imagery import write_atomically
from lanedet_mm.lanes import CITIES, AnnotationError, TileAnnotation, city_of
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.dataset_provenance import claim, provenance
from lanedet_mm.synthesis.network.city_map import CityMap
from lanedet_mm.synthesis.network.generate_city import MIN_EXTENT_M, generate_city
from lanedet_mm.synthesis.network.road_habits import ROAD_HABITS
from lanedet_mm.synthesis.network.tile_sampler import SIDES, sample_tile, side_of
from lanedet_mm.synthesis.render_jobs import run_all
from lanedet_mm.synthesis.tile_writer import write_tile

_MOST_TILES = 10**7  # seven digits of an id are left for them


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """What decides the tiles of road networks of our own.

    Attributes:
        size_px: Width and height of a tile.
        gsd_range_m: Least and greatest ground metres per pixel.
        extent_m: Side of each city's map, ground metres.
        seed: The same seed gives the same tiles.
        quality: JPEG quality, 1 to 100.
    """

    size_px: int = 512
    gsd_range_m: tuple[float, float] = (0.08, 0.30)
    extent_m: float = 3000.0
    seed: int = 0
    quality: int = 92

    def __post_init__(self) -> None:
        low, high = self.gsd_range_m
        if not 0 < low <= high:
            raise ValueError(f'GSD range is {self.gsd_range_m}; needed is 0 < least <= greatest')
        if self.size_px < 16 or not 1 <= self.quality <= 100 or self.seed < 0:
            raise ValueError(
                f'size_px {self.size_px}, quality {self.quality}, seed {self.seed}: needed are '
                '16 px at least, a quality from 1 to 100 and a seed from 0 on'
            )
        if not self.extent_m >= MIN_EXTENT_M:
            raise ValueError(f'extent_m is {self.extent_m}; needed is {MIN_EXTENT_M} at least')


def render_networks(
    out_dir: Path | str,
    *,
    tiles_per_city: int,
    options: NetworkOptions | None = None,
    cities: Sequence[str] = CITIES,
    processes: int = 1,
) -> dict[str, Any]:
    """Write tiles of road networks of our own; tiles that are there already stay.

    The manifests split 8 : 1 : 1; the three sides share no ground.

    Args:
        out_dir: Where `imgs`, `json` and the manifests go.
        tiles_per_city: How many; a later call may ask for more of the same.
        options: What decides the tiles.
        cities: Which cities.
        processes: How many processes render; the files do not depend on it.

    Returns:
        What `dataset.json` holds.
    """
    options = options or NetworkOptions()
    unknown = sorted(set(cities) - set(CITIES))
    if unknown or not cities:
        raise ValueError(f'cities are {list(cities)}; needed are some of {", ".join(CITIES)}')
    if not 1 <= tiles_per_city < _MOST_TILES:
        raise ValueError(f'tiles_per_city is {tiles_per_city}; needed is 1 to {_MOST_TILES - 1}')
    out = Path(out_dir)
    # A process builds each city that it meets: let it meet one after the other.
    ordered = sorted(set(cities), key=CITIES.index)
    names = [(city, index) for city in ordered for index in range(tiles_per_city)]
    chosen = asdict(options) | {'gsd_range_m': list(options.gsd_range_m)}
    made_from = provenance('networks', chosen, dict.fromkeys(ordered, tiles_per_city))
    claim(out, made_from)
    run_all(partial(_write_network_tile, out, options), names, processes=processes)
    sides: dict[str, list[str]] = {side: [] for side in SIDES}
    for city, index in names:
        sides[side_of(index)].append(tile_id(city, index))
    _write_manifests(out, sides)
    return made_from


def render_annotations(
    out_dir: Path | str,
    *,
    json_dir: Path | str,
    manifest_dir: Path | str | None = None,
    seed: int = 0,
    quality: int = 92,
    processes: int = 1,
) -> dict[str, Any]:
    """Write an image for every AEL annotation of a folder, at the annotation's own size.

    Args:
        out_dir: Where `imgs`, `json` (copies, byte by byte) and the manifests go.
        json_dir: Folder of `ID.json`.
        manifest_dir: Folder of `train_data.json` and its fellows, whose rows are kept where
            there is an annotation; without it all tiles are training tiles.
        seed: The same seed gives the same images.
        quality: JPEG quality, 1 to 100.
        processes: How many processes render; the files do not depend on it.

    Returns:
        What `dataset.json` holds.
    """
    out = Path(out_dir)
    paths = sorted(Path(json_dir).glob('*.json'))
    if not paths:
        raise ValueError(f'{json_dir} holds no annotations; needed is a folder of ID.json')
    counts = Counter(city_of(path.stem) for path in paths)
    sides = _split_of(paths, manifest_dir)
    made_from = provenance('annotations', {'seed': seed, 'quality': quality}, counts)
    claim(out, made_from)
    run_all(partial(_write_annotated_tile, out, seed, quality), paths, processes=processes)
    _write_manifests(out, sides)
    return made_from


def network_tile(city: str, index: int, options: NetworkOptions, *, side: str) -> TileAnnotation:
    """Draw one tile of a network; which one depends on the arguments alone.

    Args:
        city: One of `lanes.CITIES`.
        index: Number of the tile in its city.
        options: What decides the tiles.
        side: Strip of the city's map, one of `tile_sampler.SIDES`.
    """
    return sample_tile(
        _city_map(city, options.seed, options.extent_m),
        side=side,
        weights=ROAD_HABITS[city].tile_weights,
        gsd_range_m=options.gsd_range_m,
        size_px=options.size_px,
        rng=np.random.default_rng([options.seed, CITIES.index(city), index]),
    )


def _write_network_tile(out: Path, options: NetworkOptions, name: tuple[str, int]) -> None:
    """One tile of a network on disk."""
    city, index = name
    tile = network_tile(city, index, options, side=side_of(index))
    document = json.dumps(tile.to_dict()).encode()
    write_tile(out, tile_id(city, index), document, seed=options.seed, quality=options.quality)


def tile_id(city: str, index: int) -> str:
    """Id of the n-th tile of a city; its first digit is the city's."""
    return f'{CITIES.index(city)}{index:07d}'


@lru_cache(maxsize=1)
def _city_map(city: str, seed: int, extent_m: float) -> CityMap:
    return generate_city(CITY_STYLES[city], seed=seed, extent_m=extent_m)


def _write_annotated_tile(out: Path, seed: int, quality: int, path: Path) -> None:
    """One tile for an annotation that is there."""
    TileAnnotation.read(path)  # its error names the file
    write_tile(out, path.stem, path.read_bytes(), seed=seed, quality=quality)


def _split_of(paths: Sequence[Path], manifest_dir: Path | str | None) -> dict[str, list[str]]:
    """Ids on each side of the split: the manifests' rows for which there is an annotation."""
    there = {path.stem for path in paths}
    if manifest_dir is None:
        return {'train': sorted(there)}
    sides: dict[str, list[str]] = {}
    for side in SIDES:
        path = Path(manifest_dir) / f'{side}_data.json'
        try:
            rows = json.loads(path.read_bytes())['data']
            ids = [PurePosixPath(row[1]).stem for row in rows]
        except FileNotFoundError:
            raise AnnotationError(path, 'no such manifest; leave manifest_dir out') from None
        except (ValueError, LookupError, TypeError) as error:
            raise AnnotationError(path, f'not an AEL manifest ({error!r})') from None
        sides[side] = [tile_id for tile_id in ids if tile_id in there]
    return sides


def _write_manifests(out: Path, sides: dict[str, list[str]]) -> None:
    """AEL's manifests; it names a mask for every tile, which nothing here needs or writes."""
    for side, ids in sides.items():
        rows = [[f'imgs/{each}.jpg', f'json/{each}.json', f'mask/{each}.jpg'] for each in ids]
        write_atomically(out / f'{side}_data.json', json.dumps({'data': rows}).encode())
