from collections.abc import Callable

import numpy as np
import pytest

from lanedet_mm.evaluation.records.sum_tile import sum_tile
from lanedet_mm.evaluation.records.tile_record import TileRecord

CLASSES = ('background', 'solid', 'dashed')
MakeRecord = Callable[..., TileRecord]


@pytest.fixture(scope='session')
def make_record() -> MakeRecord:
    """A tile of 60 px at 0.1 m with a solid line of 100 px; `found` of its rows are predicted."""

    def make(
        name: str,
        *,
        found: int = 50,
        city: str | None = 'cairo',
        block: str = '',
        gsd_m: float = 0.1,
    ) -> TileRecord:
        truth, predicted = np.zeros((2, 60, 60), np.uint8)
        truth[5:55, 20:22] = 1
        predicted[5 : 5 + found, 20:22] = 1
        sums = sum_tile(predicted, truth, ground_gsd_m=0.1, num_classes=3)
        return TileRecord(name, city, block or name, gsd_m, CLASSES, sums, {'curve': sums})

    return make
