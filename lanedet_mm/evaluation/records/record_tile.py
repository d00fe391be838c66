"""From a prediction to its record."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.records.labelled_tile import LabelledTile
from lanedet_mm.evaluation.records.sum_tile import sum_tile
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums
from lanedet_mm.evaluation.scenarios.line_pieces import LinePieces
from lanedet_mm.evaluation.scenarios.rendered_ground import RenderedGround
from lanedet_mm.evaluation.scenarios.scenario_sums import scenario_sums
from lanedet_mm.evaluation.scenarios.tag_pieces import tag_pieces
from lanedet_mm.lanes import IGNORE_INDEX, Taxonomy, TileAnnotation


def record_tile(
    tile: LabelledTile,
    predicted: NDArray[np.uint8],
    *,
    classes: tuple[str, ...],
    taxonomy: Taxonomy | None = None,
    rendered: RenderedGround | None = None,
) -> TileRecord:
    """Sum up a tile and its scenarios.

    Args:
        tile: The tile.
        predicted: Class indices, shape (H, W).
        classes: Class names.
        taxonomy: Class of each lane of the annotation; without it, or without an annotation, true
            lines are those of the mask, and there are no scenarios.
        rendered: Renderer of the tile, if it was rendered.

    Raises:
        ValueError: If prediction and truth do not fit; names the tile.
    """
    gsd_m = tile.ground_gsd_m
    lines, scenarios = None, {}
    try:
        if tile.annotation is not None and taxonomy is not None:
            lines = _true_lines(tile.annotation, taxonomy)
            scenarios = _scenarios(tile, predicted, lines, len(classes), tile.annotation, rendered)
        sums = sum_tile(
            predicted,
            tile.truth,
            ground_gsd_m=gsd_m,
            num_classes=len(classes),
            truth_lines=lines,
            ignore_index=IGNORE_INDEX,
        )
    except ValueError as error:
        raise ValueError(f'tile {tile.id}: {error}') from error
    return TileRecord(tile.id, tile.city, tile.block, gsd_m, classes, sums, scenarios)


def _true_lines(
    annotation: TileAnnotation, taxonomy: Taxonomy
) -> list[tuple[NDArray[np.float64], int]]:
    """Vertices and class of the lanes that have a class."""
    lines = ((lane.vertices, taxonomy.class_of(lane)) for lane in annotation.lanes)
    return [(vertices, label) for vertices, label in lines if label != IGNORE_INDEX]


def _scenarios(
    tile: LabelledTile,
    predicted: NDArray[np.uint8],
    lines: list[tuple[NDArray[np.float64], int]],
    num_classes: int,
    annotation: TileAnnotation,
    rendered: RenderedGround | None,
) -> dict[str, TileSums]:
    # All lanes, for those without a class cross and crowd as well; their pixels are ignored.
    pieces = LinePieces.cut(
        [lane.vertices for lane in annotation.lanes],
        [not lane.solid for lane in annotation.lanes],
        gsd_m=tile.ground_gsd_m,
        size_hw=(tile.truth.shape[0], tile.truth.shape[1]),
    )
    hidden = rendered.hidden(tile.id, annotation, tile.image) if rendered else None
    return scenario_sums(
        predicted,
        tile.truth,
        pieces=pieces,
        tags=tag_pieces(tile.image, pieces, hidden=hidden),
        ground_gsd_m=tile.ground_gsd_m,
        num_classes=num_classes,
        truth_lines=lines,
        ignore_index=IGNORE_INDEX,
    )
