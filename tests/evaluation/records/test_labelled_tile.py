from typing import Any

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from lanedet_mm.evaluation.records.labelled_tile import LabelledTile


class OneTile:
    """A tile of 2 x 2 px with the metainfo that it is given."""

    def __init__(self, **metainfo: object) -> None:
        self.metainfo = {'ground_gsd_m': 0.1, 'tile_id': 'a_r0_c448', **metainfo}

    def __len__(self) -> int:
        return 1

    def get_data_info(self, index: int) -> dict[str, Any]:
        return {'tile_id': self.metainfo['tile_id']}

    def __getitem__(self, index: int) -> dict[str, Any]:
        truth = PixelData(data=torch.zeros(1, 2, 2))
        sample = SegDataSample(gt_sem_seg=truth, metainfo=self.metainfo)
        return {'inputs': torch.zeros(3, 2, 2).byte(), 'data_samples': sample}


@pytest.mark.parametrize(
    ('metainfo', 'block'),
    [
        ({}, 'a_r0_c448'),  # nothing is known of its ground
        ({'block': 'a'}, 'a'),
        ({'region': (1100.0, 400.0, 1200.0, 500.0)}, 'ground/0/2'),
        ({'region': (1100.0, 400.0, 1200.0, 500.0), 'city': 'cairo'}, 'cairo/0/2'),
    ],
)
def test_tiles_that_share_ground_are_of_one_block(metainfo: dict[str, Any], block: str) -> None:
    assert LabelledTile.read(OneTile(**metainfo), 0).block == block
