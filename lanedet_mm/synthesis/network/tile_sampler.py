"""Which windows of a city become tiles."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.synthesis.network.city_map import CityMap

Array = NDArray[np.float64]
SIDES = {'train': (0.0, 0.7), 'val': (0.7, 0.85), 'test': (0.85, 1.0)}  # strips, west to east
_ANYWHERE_SHARE = 0.03  # of the tiles are drawn blindly; most of these have no line
_JITTER = 0.35  # of a tile's side, from the place that it is centred on
_TRIES = 400


def side_of(index: int) -> str:
    """Side of the split that the n-th tile of a city is on: 8 : 1 : 1."""
    return {8: 'val', 9: 'test'}.get(index % 10, 'train')


def sample_tile(
    city_map: CityMap,
    *,
    side: str,
    weights: Mapping[str, float],
    gsd_range_m: tuple[float, float],
    size_px: int,
    rng: np.random.Generator,
) -> TileAnnotation:
    """Draw one tile; all of it lies in the strip of the map that belongs to its side.

    Args:
        city_map: The city.
        side: One of `SIDES`.
        weights: Weight of each kind of map element in the middle of a tile.
        gsd_range_m: Least and greatest ground metres per pixel.
        size_px: Width and height of the tile.
        rng: Where the dice come from.
    """
    gsd_m = float(rng.uniform(*gsd_range_m))
    reach = size_px * gsd_m / 2
    half = city_map.extent_m / 2
    start, end = SIDES[side]
    low = np.array([-half + start * city_map.extent_m, -half]) + reach
    high = np.array([-half + end * city_map.extent_m, half]) - reach
    if not (low < high).all():
        raise ValueError(
            f'a tile of {size_px} px at {gsd_m:.2f} m is {2 * reach:.0f} m wide; the {side} strip '
            f'of a map of {city_map.extent_m:.0f} m is {(end - start) * city_map.extent_m:.0f} m '
            'wide: ask for a larger extent_m, fewer pixels or a finer GSD'
        )
    blind = rng.random() < _ANYWHERE_SHARE
    places = _places(city_map, weights, low - 0.8 * reach, high + 0.8 * reach)
    for _ in range(_TRIES):
        if blind or not places:
            centre = rng.uniform(low, high)
        else:
            kinds = list(places)
            share = np.array([weights[kind] for kind in kinds])
            near = places[kinds[rng.choice(len(kinds), p=share / share.sum())]]
            jitter = rng.uniform(-_JITTER, _JITTER, 2) * 2 * reach
            centre = near[rng.integers(len(near))] + jitter
        if not ((centre >= low) & (centre <= high)).all():
            continue
        tile = city_map.tile(centre.tolist(), ground_gsd_m=gsd_m, size_px=size_px)
        if tile.lanes or blind:
            break
    else:
        centre = np.clip(centre, low, high)
        tile = city_map.tile(centre.tolist(), ground_gsd_m=gsd_m, size_px=size_px)
    return tile


def _places(
    city_map: CityMap, weights: Mapping[str, float], low: Array, high: Array
) -> dict[str, Array]:
    """Centres of the elements between two corners, by kind; kinds without any are left out."""
    found: dict[str, list[Array]] = {}
    for each in city_map.elements:
        if (
            weights.get(each.kind, 0) > 0
            and ((each.centre_m >= low) & (each.centre_m <= high)).all()
        ):
            found.setdefault(each.kind, []).append(each.centre_m)
    return {kind: np.array(found[kind]) for kind in sorted(found)}
