from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.collection.excluded_ground import ExcludedGround
from lanedet_mm.collection.tile_request import Region
from lanedet_mm.lanes import AnnotationError


@pytest.mark.parametrize(
    ('region', 'covered'),
    [
        ((12, 22, 18, 28), True),  # within
        ((0, 0, 100, 100), True),  # around
        ((19, 29, 25, 35), True),  # a corner
        ((5, 24, 25, 26), True),  # across, without a corner in it
        ((20, 20, 30, 30), False),  # the edge alone
        ((10, 30, 20, 40), False),
        ((0, 22, 10, 28), False),
        ((12, 0, 18, 10), False),  # the same columns
        ((0, 22, 5, 28), False),  # the same rows
        ((-18, -28, -12, -22), False),
    ],
)
def test_ground_in_common_counts_and_edges_do_not(region: Region, covered: bool) -> None:
    ground = ExcludedGround(np.array([[-500.0, -500, -400, -400], [10, 20, 20, 30]]))
    assert ground.covers(region) is covered


def test_columns_of_one_box_and_rows_of_another_are_no_ground() -> None:
    ground = ExcludedGround(np.array([[0.0, 0, 10, 10], [100, 100, 110, 110]]))
    assert not ground.covers((0, 100, 10, 110))


def test_without_splits_nothing_is_excluded() -> None:
    assert not ExcludedGround.of_splits([]).covers((-1e8, -1e8, 1e8, 1e8))


def test_validation_and_test_tiles_of_all_splits_are_excluded_and_training_tiles_are_not(
    tmp_path: Path, write_tile: Callable[..., Any], write_manifest: Callable[..., Path]
) -> None:
    for number in range(4):  # 64 m each, 1 km apart
        write_tile(f'3000000{number}', corner_m=(1000.0 * number, 0))
    first = {'train': '30000000', 'val': '30000001', 'test': '30000002'}
    second = {'train': '30000000', 'test': '30000003'}  # there is no val
    for name, sides in (('first', first), ('second', second)):
        for side, tile_id in sides.items():
            write_manifest([tile_id], f'splits/{name}/{side}_data.json')

    def excluded(*names: str) -> list[bool]:
        splits = [{'data_root': str(tmp_path), 'split': f'splits/{name}'} for name in names]
        ground = ExcludedGround.of_splits(splits)
        return [ground.covers((1000.0 * n + 60, 60, 1000.0 * n + 99, 99)) for n in range(4)]

    assert excluded('first') == [False, True, True, False]
    assert excluded('first', 'second') == [False, True, True, True]


def test_a_split_that_is_not_there_is_an_error_and_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r'train_data\.json'):
        ExcludedGround.of_splits([{'data_root': str(tmp_path), 'split': 'splits/gone'}])
