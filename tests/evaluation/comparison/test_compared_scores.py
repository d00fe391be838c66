from collections.abc import Callable

import numpy as np
import pytest

from lanedet_mm.evaluation.comparison.compared_scores import compared_scores
from lanedet_mm.evaluation.confusion import score_confusion
from lanedet_mm.evaluation.lines.line_scores import score_lines
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.records.tile_sums import TileSums


def test_scores_by_hand_are_those_of_the_tables(make_tile: Callable[..., TileRecord]) -> None:
    # Solid 30 of 30 + 5 + 15, dashed 20 of 20 + 20 + 0; 8 of 10 m found, 9 of 12 m right.
    one = make_tile('x', (10, 5, 0), (20, 20, 0), (8, 10, 9, 12))
    two = make_tile('y', (20, 0, 15), (0, 0, 0), (0, 0, 0, 0))
    total = TileSums.add_up([one.sums, two.sums])
    scores = {
        name: compared.score(
            np.sum([compared.counts(sums) for sums in (one.sums, two.sums)], axis=0)[None]
        )
        for name, compared in compared_scores(one.classes).items()
    }
    f1 = 2 * 0.8 * 0.75 / (0.8 + 0.75)
    assert {name: value.item() for name, value in scores.items()} == pytest.approx(
        {
            'lane_iou': (0.6 + 0.5) / 2,
            'iou_solid': 0.6,
            'iou_dashed': 0.5,
            'completeness_0.50m': 0.8,
            'correctness_0.50m': 0.75,
            'quality_0.50m': 0.8 * 0.75 / (0.8 + 0.75 - 0.8 * 0.75),
            'f1_0.50m': f1,
        }
    )
    assert next(iter(scores)) == 'lane_iou'
    assert score_confusion(total.confusion).iou[1:] == pytest.approx([0.6, 0.5])
    assert score_lines(total.lines).quality[0, 0] == pytest.approx(scores['quality_0.50m'].item())


def test_a_class_without_truth_has_no_score(make_tile: Callable[..., TileRecord]) -> None:
    sums = make_tile('x', (10, 0, 0), (0, 0, 7), (0, 0, 0, 0)).sums
    scores = compared_scores(('background', 'solid', 'dashed'))
    missing = ('iou_dashed', 'completeness_0.50m', 'correctness_0.50m', 'quality_0.50m')
    for name in missing:
        assert np.isnan(scores[name].score(scores[name].counts(sums)[None])).all()


def test_a_tolerance_that_was_not_evaluated_is_refused(
    make_tile: Callable[..., TileRecord],
) -> None:
    with pytest.raises(ValueError, match=r'tolerance is 0.3 m; there are \(0.5,\)'):
        compared_scores(('a', 'b'), tolerance_m=0.3)['f1_0.30m'].counts(make_tile('x').sums)
