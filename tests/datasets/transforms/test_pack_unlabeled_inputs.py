from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import torch
from mmengine.registry import init_default_scope

from lanedet_mm.imagery import write_image
from lanedet_mm.registry import DATASETS


@pytest.fixture
def sample(tmp_path: Path) -> dict[str, Any]:
    """What a pipeline gives for a tile of 64 px without labels."""
    init_default_scope('lanedet_mm')
    (tmp_path / 'tiles').mkdir()
    write_image(tmp_path / 'tiles/t1.jpg', np.full((64, 64, 3), 90, np.uint8))
    row = {'id': 't1', 'source': 'maps', 'place': 'oslo', 'gsd_m': 0.2}
    table = pyarrow.Table.from_pylist([{**row, 'width_px': 64, 'height_px': 64}])
    pyarrow.parquet.write_table(table, tmp_path / 'manifest.parquet')
    crop = {'type': 'RandomTileCrop', 'crop_px': 32, 'scale': (2, 2), 'stay_inside': True}
    pipeline = [{'type': 'LoadTile'}, crop, {'type': 'PackUnlabeledInputs'}]
    options = {'data_root': str(tmp_path), 'side': 'all', 'pipeline': pipeline}
    return DATASETS.build({'type': 'UnlabeledTileDataset', **options})[0]


def test_every_pixel_is_ignored_and_the_sample_says_so(sample: dict[str, Any]) -> None:
    assert sample['inputs'].shape == (3, 32, 32)
    label = sample['data_samples'].gt_sem_seg.data
    assert label.dtype == torch.int64
    assert torch.equal(label, torch.full((1, 32, 32), 255))
    meta = sample['data_samples'].metainfo
    assert meta['is_labelled'] is False
    assert (meta['tile_id'], meta['source'], meta['place']) == ('t1', 'maps', 'oslo')
    assert meta['ground_gsd_m'] == pytest.approx(0.1)
    assert meta['img_shape'] == (32, 32)
