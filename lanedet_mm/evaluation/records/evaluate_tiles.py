"""A model over a data set, one record a tile; stopped, it goes on where it was."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from lanedet_mm.evaluation.records.evaluation_run import EvaluationRun
from lanedet_mm.evaluation.records.labelled_tile import LabelledTile, LabelledTiles, tile_name
from lanedet_mm.evaluation.records.record_tile import record_tile
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_records import (
    FILE_NAME,
    append_record,
    cut_partial_line,
    read_records,
)
from lanedet_mm.evaluation.scenarios.rendered_ground import RenderedGround
from lanedet_mm.imagery import write_image
from lanedet_mm.lanes import Taxonomy

Predict = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


def evaluate_tiles(
    predict: Predict,
    tiles: LabelledTiles,
    out: Path,
    run: EvaluationRun,
    *,
    classes: tuple[str, ...],
    taxonomy: Taxonomy | None = None,
    rendered: RenderedGround | None = None,
) -> list[TileRecord]:
    """Predict every tile and write `tiles.jsonl`, `masks/ID.png` and `run.json`.

    Args:
        predict: From an image in BGR, (H, W, 3), to class indices, (H, W).
        tiles: The tiles.
        out: Folder; with records of the same run in it, their tiles are left as they are.
        run: What decides the records.
        classes: Class names of model and truth.
        taxonomy: See `record_tile`.
        rendered: See `record_tile`.

    Returns:
        The records of all tiles.

    Raises:
        ValueError: If the folder holds the records of another run, or two tiles have one name.
    """
    run.claim(out)
    file = out / FILE_NAME
    cut_partial_line(file)
    done = {record.id: record for record in read_records(file)} if file.exists() else {}
    names = [tile_name(tiles, index) for index in range(len(tiles))]
    if len(set(names)) < len(names):
        raise ValueError(f'{len(names)} tiles have {len(set(names))} names; needed is one each')
    milliseconds: list[float] = []
    for index in track([i for i, name in enumerate(names) if name not in done], 'Evaluating'):
        tile = LabelledTile.read(tiles, index)
        start = time.perf_counter()
        predicted = predict(tile.image)
        milliseconds.append(1e3 * (time.perf_counter() - start))
        done[tile.id] = record_tile(
            tile, predicted, classes=classes, taxonomy=taxonomy, rendered=rendered
        )
        write_image(out / 'masks' / f'{tile.id}.png', predicted)
        append_record(file, done[tile.id])
    if milliseconds:
        run.finish(out, latency_ms=statistics.median(milliseconds))
    return [done[name] for name in names]


def check_classes(model: Any, classes: tuple[str, ...]) -> None:  # noqa: ANN401 - any model
    """Raise `ValueError` unless a model has the classes of the truth, in their order."""
    if tuple(model.classes) != classes:
        raise ValueError(
            f'the model has the classes {list(model.classes)} and the data set {list(classes)}; '
            'needed are the same: take the config that the model was trained with'
        )
