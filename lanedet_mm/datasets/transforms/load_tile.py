"""Pixels of a tile."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from lanedet_mm.imagery import read_image, write_atomically
from lanedet_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadTile(BaseTransform):
    """Read the image of a tile and check its size.

    With a cache, the first use of a tile decodes it into a file of bare pixels, and every later
    one maps that file into memory, so that a crop reads only the pages it touches. A tile of
    1280 x 1280 px takes 4.9 MB there (the whole of AEL 38.4 GB), whatever the taxonomy; workers,
    runs and data sets share it. It pays from the second epoch on. Delete the folder to be rid of
    it; a changed image gets a new file.

    Required keys: img_path, size_wh (what the annotation or the manifest says). Added: img (BGR,
    shape (H, W, 3)), img_shape, ori_shape.

    Args:
        cache_dir: Folder of the decoded tiles, on a local disk; None decodes every time.
    """

    def __init__(self, *, cache_dir: str | None = None) -> None:
        self.cache_dir = None if cache_dir is None else Path(cache_dir)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the pixels; `ImageError` names a file that cannot be used."""
        path, size_wh = Path(results['img_path']), tuple(results['size_wh'])
        if self.cache_dir is None:
            image = read_image(path, size_wh=size_wh)
        else:
            image = _read_through(self.cache_dir, path, size_wh)
        results['img'] = image
        results['img_shape'] = results['ori_shape'] = image.shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(cache_dir={self.cache_dir})'


def _read_through(folder: Path, path: Path, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """The pixels of an image from their file in the folder, which is made if it is not there."""
    shape = (size_wh[1], size_wh[0], 3)
    try:
        state = path.stat()
    except FileNotFoundError:
        return read_image(path)  # which says so
    key = f'{path.resolve()} {state.st_size} {state.st_mtime_ns}'
    name = f'{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.bgr'
    if not (folder / name).exists():
        # Two workers may meet the same tile.
        write_atomically(folder / name, read_image(path, size_wh=size_wh).data, rivals=True)
    # Copy on write: who changes the image in place changes neither the file nor the next epoch.
    return np.asarray(np.memmap(folder / name, np.uint8, 'c', shape=shape))
