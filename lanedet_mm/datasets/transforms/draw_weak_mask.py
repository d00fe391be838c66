"""The label of a photograph, or of a crop of it, from lane centrelines."""

import math
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from lanedet_mm.datasets.transforms.warp_tile import outside_tile
from lanedet_mm.lanes import IGNORE_INDEX, LaneCentrelines, move_line, weak_mask
from lanedet_mm.registry import TRANSFORMS

_REACH_M = 10.0  # lanes beyond the border that still decide about pixels within it


@TRANSFORMS.register_module()
class DrawWeakMask(BaseTransform):
    """Draw what centrelines tell about paint: see `lanes.weak_mask`.

    Pixels that the photograph does not reach are ignore (255), like all of which nothing is known.

    Required keys: centrelines, divider_lines, size_wh, img_shape; tile_matrix after a crop. Added:
    gt_seg_map (1 paint, 0 background, 255 ignore, shape (H, W)), seg_fields.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the label."""
        centrelines: LaneCentrelines = results['centrelines']
        matrix = results.get('tile_matrix', np.eye(2, 3))
        height, width = results['img_shape'][:2]
        margin = math.ceil(_REACH_M / centrelines.moved(matrix).gsd_m)
        wider = matrix + np.array([[0, 0, margin], [0, 0, margin]])
        mask = weak_mask(
            centrelines.moved(wider),
            (height + 2 * margin, width + 2 * margin),
            lines=[move_line(line, wider) for line in results['divider_lines']],
        )
        mask = mask[margin : margin + height, margin : margin + width].copy()
        outside = outside_tile(results['size_wh'][::-1], matrix, (height, width))
        if outside is not None:
            mask[outside] = IGNORE_INDEX
        results['gt_seg_map'] = mask
        results['seg_fields'] = ['gt_seg_map']
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
