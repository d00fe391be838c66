"""A tile of a data set with all that an evaluation asks of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.lanes.ground_block import ground_block

BLOCK_M = 500.0  # tiles of one such block of ground are drawn together


class LabelledTiles(Protocol):
    """A data set of mmseg whose pipeline draws the label and packs it."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> dict[str, Any]: ...

    def get_data_info(self, index: int) -> dict[str, Any]:
        """What the pipeline starts from."""
        ...


@dataclass(frozen=True, eq=False)
class LabelledTile:
    """One tile.

    Attributes:
        id: Its name.
        image: BGR, shape (H, W, 3).
        truth: Class indices, 255 ignored, shape (H, W).
        ground_gsd_m: Ground metres per pixel.
        city: Where it is from, if that is known.
        block: Ground that it shares with others.
        annotation: Its lanes, if it has polylines and not only a mask.
    """

    id: str
    image: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    ground_gsd_m: float
    city: str | None
    block: str
    annotation: TileAnnotation | None

    @classmethod
    def read(cls, tiles: LabelledTiles, index: int) -> 'LabelledTile':
        """Read a tile of a data set.

        Raises:
            ValueError: If its pipeline draws no label, or its resolution is not known.
        """
        info, packed = tiles.get_data_info(index), tiles[index]
        sample = packed['data_samples']
        path = sample.metainfo.get('img_path', info.get('img_path', str(index)))
        gsd_m = sample.metainfo.get('ground_gsd_m')
        if 'gt_sem_seg' not in sample or not gsd_m:
            raise ValueError(
                f'{path}: the test pipeline gives no label or no ground resolution; needed is one '
                'such as LoadTile, DrawLaneMask, PackLaneInputs'
            )
        name = str(sample.metainfo.get('tile_id') or Path(path).stem)
        city = sample.metainfo.get('city')
        return cls(
            id=name,
            image=np.ascontiguousarray(packed['inputs'].permute(1, 2, 0).numpy()),
            truth=sample.gt_sem_seg.data[0].numpy().astype(np.uint8),
            ground_gsd_m=float(gsd_m),
            city=city,
            block=sample.metainfo.get('block')
            or _block_name(city, sample.metainfo.get('region'), name),
            annotation=info.get('annotation'),
        )


def tile_name(tiles: LabelledTiles, index: int) -> str:
    """Name of a tile, without reading it."""
    info = tiles.get_data_info(index)
    return str(info.get('tile_id') or Path(info['img_path']).stem)


def _block_name(city: str | None, region: Sequence[float] | None, name: str) -> str:
    """A tile whose place is not known is a block of its own."""
    if region is None:
        return name
    xmin, ymin, xmax, ymax = region
    row, col = ground_block((xmin, ymin, xmax, ymax), BLOCK_M)
    return f'{city or "ground"}/{row}/{col}'
