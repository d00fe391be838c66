from typing import Any

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from lanedet_mm.evaluation.records.labelled_samples import LabelledSamples
from lanedet_mm.lanes import TAXONOMIES, Lane, TileAnnotation

WHITE = TAXONOMIES['white']


class Tiles:
    """Tiles of 20 x 12 px whose every pixel is their number, with a line in column 5."""

    def __init__(self, count: int, *, annotated: bool = True) -> None:
        self.count = count
        lane = Lane(np.array([[5.0, -5.0], [5.0, 20.0]]), single=True, white=True, solid=True)
        self.annotation = TileAnnotation((0, 0, 1, 1), (20, 12), 0.1, (lane,))
        self.annotated = annotated

    def __len__(self) -> int:
        return self.count

    def get_data_info(self, index: int) -> dict[str, Any]:
        return {'annotation': self.annotation if self.annotated else None, 'tile_id': str(index)}

    def __getitem__(self, index: int) -> dict[str, Any]:
        truth = PixelData(data=torch.full((1, 12, 20), index))
        sample = SegDataSample(gt_sem_seg=truth, metainfo={'ground_gsd_m': 0.1})
        return {'inputs': torch.full((3, 12, 20), index).byte(), 'data_samples': sample}


def test_a_limit_takes_tiles_evenly() -> None:
    samples = LabelledSamples(Tiles(10), limit=4)
    assert [int(image[0, 0, 0]) for image, _ in samples] == [0, 2, 5, 7]
    assert [int(truth[0, 0]) for _, truth in samples] == [0, 2, 5, 7]
    assert len(LabelledSamples(Tiles(3), limit=8)) == 3


def test_truth_is_drawn_where_a_map_puts_it() -> None:
    samples = LabelledSamples(Tiles(1), taxonomy=WHITE)
    assert samples.has_lines
    moved = samples.redraw(0, np.array([[1.0, 0, 7], [0, 1, 0]]))
    assert np.flatnonzero(moved[6]).tolist() == [11, 12, 13]
    assert moved.shape == (12, 20)


def test_without_lines_nothing_is_drawn() -> None:
    samples = LabelledSamples(Tiles(1, annotated=False), taxonomy=WHITE)
    assert not samples.has_lines
    assert not LabelledSamples(Tiles(1)).has_lines
    with pytest.raises(ValueError, match='sample 0 has no lines; needed is an annotation'):
        samples.redraw(0, np.eye(2, 3))
