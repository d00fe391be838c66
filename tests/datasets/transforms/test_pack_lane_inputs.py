from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from torch.utils.data import DataLoader

from lanedet_mm.registry import DATASETS


@pytest.fixture
def dataset(
    tmp_path: Path, write_tile: Callable[..., Any], write_manifest: Callable[..., Any]
) -> Any:  # noqa: ANN401
    init_default_scope('lanedet_mm')
    for tile_id in ('30000001', '00000002'):
        write_tile(tile_id, size_px=96, corner_m=(500, 0))
    write_manifest(['30000001', '00000002'])
    pipeline = [
        {'type': 'LoadTile'},
        {'type': 'RandomLaneCrop', 'crop_px': 48, 'scale': (2, 2)},
        {'type': 'DrawLaneMask'},
        {'type': 'PhotoMetricDistortion'},
        {'type': 'PackLaneInputs'},
    ]
    return DATASETS.build({'type': 'AELDataset', 'data_root': str(tmp_path), 'pipeline': pipeline})


def test_a_whole_pipeline_ends_in_tensors_and_geography(dataset: Any) -> None:  # noqa: ANN401
    sample = dataset[0]
    assert sample['inputs'].shape == (3, 48, 48)
    assert sample['inputs'].dtype == torch.uint8
    label = sample['data_samples'].gt_sem_seg.data
    assert label.shape == (1, 48, 48)
    assert set(label.unique().tolist()) <= {0, 1}
    meta = sample['data_samples'].metainfo
    assert (meta['tile_id'], meta['city']) == ('30000001', 'glasgow')
    assert meta['region'] == (500, 0, 596, 96)
    assert meta['ground_gsd_m'] == pytest.approx(0.5)  # the crop shows it twice as large
    assert meta['ori_shape'] == meta['img_shape'] == (48, 48)


def test_every_sample_starts_from_an_untouched_annotation(dataset: Any) -> None:  # noqa: ANN401
    for _ in range(3):
        assert dataset[1]['data_samples'].metainfo['ground_gsd_m'] == pytest.approx(0.5)
    assert dataset.get_data_info(1)['ground_gsd_m'] == pytest.approx(1.0)


def test_workers_seeded_differently_draw_different_crops(dataset: Any) -> None:  # noqa: ANN401
    def draw(seed: int) -> list[np.ndarray]:
        loader = DataLoader(
            dataset,
            batch_size=None,
            num_workers=1,
            sampler=[0, 0, 0],
            worker_init_fn=lambda worker: set_random_seed(seed + worker),
        )
        return [sample['data_samples'].gt_sem_seg.data.numpy() for sample in loader]

    one, same, other = draw(1), draw(1), draw(5)
    np.testing.assert_array_equal(one, same)
    assert any((a != b).any() for a, b in zip(one, other, strict=True))
