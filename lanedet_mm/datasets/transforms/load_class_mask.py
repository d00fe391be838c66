"""The label of a tile whose classes stand in a file."""

from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from lanedet_mm.imagery import ImageError, read_stored
from lanedet_mm.lanes import IGNORE_INDEX
from lanedet_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadClassMask(BaseTransform):
    """Read a mask of class indices and refuse values that are no class.

    mmseg's `LoadAnnotations` passes them on, and training fails later, without the file's name.

    Required keys: seg_map_path, label_map (class index of each value that the file may hold),
    img. Added: gt_seg_map (class indices and 255, shape (H, W)), seg_fields.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the label; `ImageError` names a file that cannot be used."""
        if 'seg_map_path' not in results:
            raise ImageError(results['img_path'], 'has no label; use it to predict alone')
        path = Path(results['seg_map_path'])
        mask = _read(path)
        if mask.shape != results['img'].shape[:2]:
            raise ImageError(
                path, f'has shape {mask.shape}, its image {results["img"].shape[:2]}; cut again'
            )
        results['gt_seg_map'] = _map_values(mask, results['label_map'], path)
        results['seg_fields'] = ['gt_seg_map']
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'


def _read(path: Path) -> NDArray[np.uint8]:
    mask = read_stored(path)
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise ImageError(
            path,
            f'is {mask.dtype} of shape {mask.shape}; needed are class indices, 8 bits, one channel',
        )
    return mask


def _map_values(
    mask: NDArray[np.uint8], label_map: dict[int, int], path: Path
) -> NDArray[np.uint8]:
    """Class index of each value; ignored stays ignored."""
    known = {**label_map, IGNORE_INDEX: IGNORE_INDEX}
    values = np.flatnonzero(np.bincount(mask.ravel(), minlength=256))
    unknown = sorted(set(values.tolist()) - set(known))
    if unknown:
        row, col = np.argwhere(mask == unknown[0])[0]
        raise ImageError(
            path,
            f'holds the values {unknown}, the first at (row, col) = ({row}, {col}); needed are '
            f'{sorted(label_map)} or {IGNORE_INDEX}',
        )
    table = np.zeros(256, np.uint8)
    table[list(known)] = list(known.values())
    return table[mask]
