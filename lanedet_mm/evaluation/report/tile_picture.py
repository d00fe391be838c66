"""Pictures of the tiles that a model does worst on."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.flat_scores import flat_scores
from lanedet_mm.evaluation.records.labelled_tile import LabelledTile, LabelledTiles, tile_name
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.imagery import read_stored
from lanedet_mm.visualization.triptych import triptych

_PANEL_PX, _QUALITY = 400, 82
_TOLERANCE_M = 0.5


@dataclass(frozen=True)
class TilePicture:
    """Image, truth, prediction and errors of a tile.

    Attributes:
        id: Name of the tile.
        caption: Its scores.
        uri: The picture as a data URI.
        width: Of the picture in pixels.
        height: Of the picture in pixels.
    """

    id: str
    caption: str
    uri: str
    width: int
    height: int


def worst_pictures(
    out: Path,
    tiles: LabelledTiles,
    records: Sequence[TileRecord],
    *,
    palette: Sequence[tuple[int, int, int]],
    count: int,
) -> list[TilePicture]:
    """Draw the tiles of the lowest lane IoU, the worst first.

    Args:
        out: Folder of the evaluation, with `masks/ID.png`.
        tiles: The data set.
        records: Of its tiles.
        palette: RGB colour of each class.
        count: How many.
    """
    scores = {record.id: flat_scores(record.sums, record.classes) for record in records}
    # One without a lane has no IoU, and none is the worst.
    scored = [record for record in records if scores[record.id]['lane_iou'] >= 0]
    scored.sort(key=lambda record: (scores[record.id]['lane_iou'], record.id))
    index_of = {tile_name(tiles, index): index for index in range(len(tiles))}
    pictures = []
    for record in scored[:count]:
        tile = LabelledTile.read(tiles, index_of[record.id])
        predicted = read_stored(out / 'masks' / f'{record.id}.png')
        drawn = triptych(
            tile.image,
            tile.truth,
            predicted,
            classes=record.classes,
            palette=palette,
            ground_gsd_m=record.gsd_m,
            panel_px=_PANEL_PX,
            tolerance_px=round(_TOLERANCE_M / record.gsd_m, 1),
        )
        pictures.append(_picture(record, scores[record.id], drawn))
    return pictures


def _picture(record: TileRecord, scores: dict[str, float], drawn: NDArray[np.uint8]) -> TilePicture:
    packed = cv2.imencode('.jpg', drawn, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    tags = [name for name in record.scenarios if name not in ('all', 'plain')]
    parts = [
        f'lane IoU {scores["lane_iou"]:.1f}',
        f'F1 {scores[f"f1_{_TOLERANCE_M:.2f}m"]:.1f}',
        f'{record.gsd_m:.2f} m/px',
        *([', '.join(tags)] if tags else []),
    ]
    return TilePicture(
        id=record.id,
        caption=' · '.join(parts),
        uri=f'data:image/jpeg;base64,{base64.b64encode(packed.tobytes()).decode()}',
        width=drawn.shape[1],
        height=drawn.shape[0],
    )
