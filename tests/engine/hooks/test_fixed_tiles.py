from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.datasets import UnlabeledTileDataset
from lanedet_mm.engine.hooks.fixed_tiles import inner_model, load_tiles


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('lanedet_mm')


def names(samples: list[Any]) -> list[str]:
    return [Path(one.img_path).stem for one in samples]


def test_tiles_are_spread_from_the_first_to_the_last(held_out: dict[str, Any]) -> None:
    everything = {**held_out, 'side': 'all'}
    tiles, samples = load_tiles(everything, 4)
    assert names(samples) == ['t000', 't033', 't066', 't099']
    assert tiles.shape == (4, 3, 64, 64)
    means = tiles.float().mean((2, 3))[:, 0]
    assert means.tolist() == pytest.approx([40, 73, 106, 139], abs=3)  # blue first


def test_a_small_data_set_gives_each_tile_once(held_out: dict[str, Any]) -> None:
    few = {**held_out, 'side': 'all', 'indices': 5}
    assert names(load_tiles(few, 50)[1]) == ['t000', 't001', 't002', 't003', 't004']


def test_lots_are_drawn_alike_each_time_and_the_training_s_own_are_not_touched(
    held_out: dict[str, Any],
) -> None:
    load, pack = held_out['pipeline']
    crop = {'type': 'RandomTileCrop', 'crop_px': 32}
    random = {**held_out, 'pipeline': [load, crop, pack]}
    np.random.seed(1)  # noqa: NPY002 - what mm's pipelines draw from
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    first = load_tiles(random, 6)[0]
    np.testing.assert_array_equal(np.random.random(3), expected)  # noqa: NPY002
    assert torch.equal(first, load_tiles(random, 6)[0])
    whole = load_tiles(held_out, 6)[0]
    assert not torch.equal(first, whole[:, :, :32, :32])


def test_a_tile_that_cannot_be_read_leaves_the_lots_alone_too(held_out: dict[str, Any]) -> None:
    broken = {**held_out, 'pipeline': [{'type': 'LoadTile', 'cache_dir': '/dev/null/nowhere'}]}
    np.random.seed(1)  # noqa: NPY002
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    with pytest.raises(OSError, match='nowhere'):
        load_tiles(broken, 2)
    np.testing.assert_array_equal(np.random.random(3), expected)  # noqa: NPY002


def test_tiles_of_different_sizes_are_refused(
    tmp_path: Path, held_out: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [(64, 64), (64, 48)]
    for index, (width, height) in enumerate(sizes):
        cv2.imwrite(str(tmp_path / f'{index}.png'), np.zeros((height, width, 3), np.uint8))
    rows = [
        {'img_path': str(tmp_path / f'{index}.png'), 'size_wh': size, 'place': 'a', 'source': 'b'}
        for index, size in enumerate(sizes)
    ]
    monkeypatch.setattr(UnlabeledTileDataset, 'load_data_list', lambda _: rows)
    with pytest.raises(ValueError, match=r'sizes \[\(3, 48, 64\), \(3, 64, 64\)\]; .*crop them'):
        load_tiles(held_out, 2)


def test_the_wrapper_for_several_gpus_is_taken_off() -> None:
    model = nn.Linear(1, 1)
    assert inner_model(SimpleNamespace(model=model)) is model
    assert inner_model(SimpleNamespace(model=nn.DataParallel(model))) is model
