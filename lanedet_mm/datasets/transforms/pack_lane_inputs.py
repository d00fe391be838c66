"""What reaches the model and the metric."""

from typing import Any

import cv2
import numpy as np
from mmseg.datasets.transforms import PackSegInputs

from lanedet_mm.registry import TRANSFORMS

_GEO_KEYS = ('tile_id', 'city', 'ground_gsd_m', 'region', 'block')


@TRANSFORMS.register_module()
class PackLaneInputs(PackSegInputs):
    """mmseg's `PackSegInputs`, which also keeps where on Earth and how coarse a sample is.

    The sample's metainfo has tile_id, city, ground_gsd_m (ground metres per pixel of the sample),
    region (the EPSG:3857 box of its tile) and block (a name that tiles of the same ground share),
    where the data set knows them.
    """

    meta_keys: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self.meta_keys = (*self.meta_keys, *_GEO_KEYS)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack the sample."""
        # Seen as (H, W, C), but with the channels one after the other as the tensor has them:
        # OpenCV takes them apart many times as fast as torch copies across a stride.
        planes = np.stack(cv2.split(results['img']))
        packed: dict[str, Any] = super().transform({**results, 'img': planes.transpose(1, 2, 0)})
        return packed
