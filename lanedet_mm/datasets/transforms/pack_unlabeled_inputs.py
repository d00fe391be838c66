"""A tile without labels, as a segmentor takes it."""

from typing import Any

import numpy as np

from lanedet_mm.datasets.transforms.pack_lane_inputs import PackLaneInputs
from lanedet_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class PackUnlabeledInputs(PackLaneInputs):
    """`PackLaneInputs` of a tile of which nothing is known: every pixel is ignored.

    The sample's metainfo has `is_labelled=False`, by which `SegmentorDistiller` lets a teacher
    label it, and source and place of its tile.
    """

    def __init__(self) -> None:
        super().__init__()
        self.meta_keys = (*self.meta_keys, 'is_labelled', 'source', 'place')

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack the sample."""
        unknown = np.full(results['img'].shape[:2], 255, np.uint8)
        return super().transform({**results, 'gt_seg_map': unknown, 'is_labelled': False})
