from itertools import combinations

import numpy as np
import pytest

from lanedet_mm.datasets.splits.ground_overlap import overlaps_any
from lanedet_mm.datasets.splits.spatial_split import spatial_split
from lanedet_mm.lanes import mercator_y


def town(digit: int, lat_deg: float, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """300 tiles of 300 ground metres, anywhere in a square of 10 km of ground."""
    scale = np.cos(np.radians(lat_deg))
    corner = rng.uniform(0, 10000, (300, 2)) / scale + (1e6, mercator_y(lat_deg))
    ids = [f'{digit}{number:07d}' for number in range(300)]
    return ids, np.hstack([corner, corner + 300 / scale])


@pytest.fixture
def towns() -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(0)
    north, south = town(3, 55.8, rng), town(6, -23.5, rng)
    return north[0] + south[0], np.vstack([north[1], south[1]])


def test_sides_keep_their_distance_on_the_ground(towns: tuple[list[str], np.ndarray]) -> None:
    ids, regions = towns
    split = spatial_split(ids, regions, block_m=2500, buffer_m=80)
    of = dict(zip(ids, regions, strict=True))
    # 79 m of ground are 141 Mercator metres at 55.9 degrees and 86 at -23.4.
    for digit, grow in (('3', 79 / np.cos(np.radians(56.0))), ('6', 79 / np.cos(np.radians(23.5)))):
        boxes = {
            side: np.array([of[tile] for tile in tiles if tile[0] == digit])
            for side, tiles in split.sides.items()
        }
        for one, other in combinations(boxes, 2):
            grown = boxes[one] + np.array([-grow, -grow, grow, grow])
            assert not overlaps_any(grown, boxes[other]).any()


def test_every_tile_is_on_one_side_or_dropped(towns: tuple[list[str], np.ndarray]) -> None:
    ids, regions = towns
    split = spatial_split(ids, regions, block_m=2500)
    all_tiles = [
        tile for tiles in (*split.sides.values(), *split.dropped.values()) for tile in tiles
    ]
    assert sorted(all_tiles) == sorted(ids)
    assert sum(map(len, split.dropped.values())) > 0


def test_every_city_has_about_its_share_on_every_side(
    towns: tuple[list[str], np.ndarray],
) -> None:
    ids, regions = towns
    split = spatial_split(ids, regions, block_m=1500, buffer_m=0, val_share=0.2, test_share=0.3)
    for digit in '36':
        count = {
            side: sum(tile[0] == digit for tile in (*tiles, *split.dropped[side]))
            for side, tiles in split.sides.items()
        }
        assert count['test'] / 300 == pytest.approx(0.3, abs=0.05)
        assert count['val'] / 300 == pytest.approx(0.2, abs=0.05)


def test_blocks_are_square_on_the_ground() -> None:
    # A chessboard of points every 100 m of ground at 60 degrees: one block is one side.
    scale = np.cos(np.radians(60))
    east, north = np.meshgrid(np.arange(0, 4000, 100), np.arange(0, 4000, 100))
    corner = np.column_stack([east.ravel(), north.ravel()]) / scale + (0, mercator_y(60))
    regions = np.hstack([corner, corner + 1e-3])
    ids = [f'3{number:07d}' for number in range(len(regions))]
    split = spatial_split(ids, regions, block_m=1000, buffer_m=0, val_share=0.3, test_share=0.3)
    of = dict(zip(ids, zip(east.ravel(), north.ravel(), strict=True), strict=True))
    side_of = {of[tile]: side for side, tiles in split.sides.items() for tile in tiles}
    for axis in (0, 1):
        steps = [
            point[axis]
            for point, side in side_of.items()
            if side_of.get((point[0] + 100 * (axis == 0), point[1] + 100 * (axis == 1)), side)
            != side
        ]
        # Sides change at one offset of the 1000 m grid alone (two, where a column's edge drifts).
        assert steps
        assert len({step % 1000 for step in steps}) <= 2


def test_a_seed_deals_the_same_and_another_one_deals_anew(
    towns: tuple[list[str], np.ndarray],
) -> None:
    ids, regions = towns
    assert spatial_split(ids, regions).sides == spatial_split(ids, regions).sides
    assert spatial_split(ids, regions).sides != spatial_split(ids, regions, seed=1).sides


def test_a_side_without_tiles_is_an_error(towns: tuple[list[str], np.ndarray]) -> None:
    ids, regions = towns
    with pytest.raises(ValueError, match=r"leaves \['train', 'val'\] empty.*smaller blocks"):
        spatial_split(ids[:1], regions[:1], test_share=1.0)
    with pytest.raises(ValueError, match=r'block is 0 m, buffer 100\.0 m'):
        spatial_split(ids, regions, block_m=0)
