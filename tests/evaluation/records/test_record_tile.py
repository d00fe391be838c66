import numpy as np
import pytest

from lanedet_mm.evaluation.records.labelled_tile import LabelledTile
from lanedet_mm.evaluation.records.record_tile import record_tile
from lanedet_mm.lanes import TAXONOMIES, Lane, TileAnnotation, draw_mask

GSD_M = 0.1
SIZE_PX = 300
CLASSES = TAXONOMIES['white'].classes


@pytest.fixture
def tile() -> LabelledTile:
    """A solid line down a road whose lower half is in shadow, and a yellow one, of no class."""
    lanes = (
        Lane(np.array([[100.0, -0.5], [100.0, SIZE_PX - 0.5]])),
        Lane(np.array([[200.0, -0.5], [200.0, SIZE_PX - 0.5]]), white=False),
    )
    region = (0.0, 0.0, SIZE_PX * GSD_M, SIZE_PX * GSD_M)
    annotation = TileAnnotation(region, (SIZE_PX, SIZE_PX), GSD_M, lanes)
    image = np.full((SIZE_PX, SIZE_PX, 3), 100, np.uint8)
    for col in (100, 200):
        image[:, col - 1 : col + 2] = 220
    image[160:] = image[160:] // 3
    truth = draw_mask(lanes, (SIZE_PX, SIZE_PX), TAXONOMIES['white'])
    return LabelledTile('10000001', image, truth, GSD_M, 'cairo', 'cairo/0/0', annotation)


def test_shadow_and_light_are_scored_by_themselves(tile: LabelledTile) -> None:
    predicted = np.zeros((SIZE_PX, SIZE_PX), np.uint8)
    predicted[:160, 99:102] = 1  # nothing is found in shadow
    predicted[:, 280] = 1  # 18 m of false paint, far from every line
    record = record_tile(tile, predicted, classes=CLASSES, taxonomy=TAXONOMIES['white'])
    assert set(record.scenarios) == {'all', 'plain', 'shadow'}
    every, shadow, plain = (record.scenarios[name].lines for name in ('all', 'shadow', 'plain'))
    assert every.truth_m[0] == pytest.approx(30, abs=0.1)
    assert shadow.truth_m[0] + plain.truth_m[0] == pytest.approx(30, abs=0.1)
    # Pieces are 3.75 m, the one from 15 m on is in shadow but for its first metre; what is found
    # reaches 0.5 m farther.
    assert plain.found_truth_m[2, 0] == pytest.approx(15, abs=0.1)
    assert shadow.found_truth_m[2, 0] == pytest.approx(1.5, abs=0.15)
    assert every.predicted_m[0] == pytest.approx(16, abs=0.2)
    assert record.lines.predicted_m[0] == pytest.approx(46, abs=0.4)
    assert record.scenarios['all'].confusion[1, 1] == record.confusion[1, 1] == 480


def test_without_polylines_there_are_no_scenarios(tile: LabelledTile) -> None:
    record = record_tile(tile, tile.truth % 255, classes=CLASSES)
    assert record.scenarios == {}
    assert record.lines.found_truth_m[0, 1] == record.lines.truth_m[1]
    assert (record.id, record.city, record.block, record.gsd_m) == (
        '10000001', 'cairo', 'cairo/0/0', GSD_M,
    )  # fmt: skip


def test_what_cannot_be_scored_is_named(tile: LabelledTile) -> None:
    with pytest.raises(ValueError, match='tile 10000001: the prediction has shape'):
        record_tile(tile, np.zeros((9, 9), np.uint8), classes=CLASSES)
