"""Ground on which models will be judged, and which is therefore not collected."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.tile_request import Region
from lanedet_mm.datasets.splits.split import Split


class ExcludedGround:
    """Boxes of the validation and test tiles of splits.

    Args:
        boxes: (xmin, ymin, xmax, ymax), EPSG:3857 metres, shape (N, 4).
    """

    def __init__(self, boxes: NDArray[np.float64]) -> None:
        self.boxes = boxes.reshape(-1, 4)

    @classmethod
    def of_splits(cls, splits: Sequence[dict[str, str]]) -> 'ExcludedGround':
        """Ground of splits, each `{'data_root': ..., 'split': folder below it}`.

        Raises:
            AnnotationError: If a manifest or an annotation is missing or broken.
        """
        boxes = [np.zeros((0, 4))]
        for one in splits:
            root = Path(one['data_root'])
            regions = Split.read(root / one['split']).regions(root)
            boxes += [regions[side] for side in ('val', 'test') if side in regions]
        return cls(np.concatenate(boxes))

    def covers(self, region: Region) -> bool:
        """Whether a box has ground in common with any; touching edges do not count."""
        low, high = np.array(region[:2]), np.array(region[2:])
        return bool(((self.boxes[:, :2] < high) & (low < self.boxes[:, 2:])).all(1).any())
