"""Split by square blocks of ground."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.splits.drop_near import drop_near
from lanedet_mm.datasets.splits.split import Split
from lanedet_mm.lanes import city_of
from lanedet_mm.lanes.ground_block import ground_block

Boxes = NDArray[np.float64]


def spatial_split(
    tile_ids: list[str],
    regions: Boxes,
    *,
    block_m: float = 2000.0,
    buffer_m: float = 100.0,
    val_share: float = 0.1,
    test_share: float = 0.2,
    seed: int = 0,
) -> Split:
    """Deal out blocks of ground at random, city by city.

    A tile belongs to the block of its middle. Blocks go to the test side until it has about its
    share of the city's tiles, then to the val side, then to training. Tiles that come closer than
    the buffer to another side are dropped.

    Args:
        tile_ids: The tiles.
        regions: Box of each tile in EPSG:3857 metres, shape (N, 4).
        block_m: Side of a block in ground metres.
        buffer_m: Ground metres between the sides, at least 0.
        val_share: Share of a city's tiles in val, before the drops.
        test_share: Share of a city's tiles in test, before the drops.
        seed: Of the deal.

    Returns:
        The split, with what was dropped.
    """
    if block_m <= 0 or buffer_m < 0:
        raise ValueError(f'block is {block_m} m, buffer {buffer_m} m; needed: above 0, at least 0')
    rng = np.random.default_rng(seed)
    blocks = np.array([ground_block(region, block_m) for region in regions])
    cities = np.array([city_of(tile_id) for tile_id in tile_ids])
    sides = np.full(len(tile_ids), 'train', dtype='<U5')
    for city in np.unique(cities):
        tiles = np.flatnonzero(cities == city)
        sides[tiles] = _deal(blocks[tiles], val_share, test_share, rng)
    dropped = drop_near(sides, regions, buffer_m=buffer_m)
    made_by = {
        'method': 'spatial',
        'block_m': block_m,
        'buffer_m': buffer_m,
        'val_share': val_share,
        'test_share': test_share,
        'seed': seed,
    }
    return Split.of('spatial', tile_ids, sides, dropped, made_by)


def _deal(
    blocks: NDArray[np.int64], val_share: float, test_share: float, rng: np.random.Generator
) -> NDArray[np.str_]:
    """Side of each tile, by the block that each is in, shape (N, 2)."""
    _, block, count = np.unique(blocks, axis=0, return_inverse=True, return_counts=True)
    order = rng.permutation(len(count))
    # Share of the tiles that is dealt out when half of a block is: by its middle a large block
    # overshoots a share no more than it would fall short of it.
    dealt = np.empty(len(count))
    dealt[order] = (np.cumsum(count[order]) - count[order] / 2) / len(blocks)
    side = np.full(len(count), 'train', dtype='<U5')
    side[dealt < test_share + val_share] = 'val'
    side[dealt < test_share] = 'test'
    return side[block.reshape(-1)]
