from collections.abc import Callable, Mapping

import numpy as np
import pytest

from lanedet_mm.evaluation.lines.line_sums import LineSums
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums

CLASSES = ('background', 'solid', 'dashed')
MakeTile = Callable[..., TileRecord]


def line_sums(found: float, truth: float, right: float, predicted: float) -> LineSums:
    """Lengths at 0.5 m, all of class 1."""
    whole, part = np.array([truth, truth, 0.0]), np.array([[found, found, 0.0]])
    confusion = np.zeros((1, 3, 3))
    confusion[0, 1, 1] = found
    return LineSums(
        (0.5,),
        whole,
        part,
        np.array([predicted, predicted, 0.0]),
        np.array([[right, right, 0.0]]),
        0 * part,
        confusion,
        truth,
        part[:, 0],
        predicted,
        np.array([right]),
    )


def tile(
    name: str,
    solid: tuple[int, int, int] = (10, 0, 0),
    dashed: tuple[int, int, int] = (10, 0, 0),
    lines: tuple[float, float, float, float] = (10, 10, 10, 10),
    *,
    city: str | None = None,
    block: str | None = None,
    scenarios: Mapping[str, TileSums] | None = None,
) -> TileRecord:
    """A record: pixels that are right, missed, and falsely painted of each class."""
    confusion = np.zeros((3, 3), np.int64)
    for index, (right, missed, false) in enumerate((solid, dashed), 1):
        confusion[index, index], confusion[index, 0], confusion[0, index] = right, missed, false
    confusion[0, 0] = 1000 - confusion[0].sum()
    sums = TileSums(confusion, line_sums(*lines))
    return TileRecord(name, city, block or name, 0.15, CLASSES, sums, scenarios or {})


@pytest.fixture(scope='session')
def make_tile() -> MakeTile:
    """A record of a tile from a few numbers."""
    return tile
