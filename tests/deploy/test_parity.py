from collections.abc import Sequence

import numpy as np
import pytest

from lanedet_mm.deploy.parity import Parity, compare_models


class Painter:
    """A model that answers with given class maps, one after the other."""

    classes = ('background', 'solid', 'dashed')
    palette = ((0, 0, 0), (1, 1, 1), (2, 2, 2))
    tile_px = overlap_px = ground_gsd_m = None
    fixed_size = False
    has_probabilities = True

    def __init__(self, *maps: list[list[int]]) -> None:
        self.maps = [np.array(one) for one in maps]

    def __call__(self, tiles: Sequence[np.ndarray]) -> np.ndarray:
        one = self.maps.pop(0)
        return (one == np.arange(3)[:, None, None])[None].astype(np.float32) * np.float32(0.75)


IMAGE = np.zeros((2, 4, 3), np.uint8)
TRUTH = [[1, 1, 0, 0], [2, 2, 0, 255]]


def test_figures_by_hand() -> None:
    """Of 16 pixels 3 differ, 2 of them in the second image, where the first is row 0, column 3."""
    same = [[1, 1, 0, 0], [2, 2, 0, 0]]
    first = [[1, 0, 0, 0], [2, 2, 0, 0]]
    second = [[1, 1, 0, 2], [2, 1, 0, 0]]
    parity = compare_models(
        Painter(same, same), Painter(first, second), [IMAGE] * 2, [np.array(TRUTH), None]
    )
    assert (parity.changed, parity.pixels) == (3 / 16, 16)
    assert parity.max_difference == 0.75
    assert parity.where == (1, 0, 3)
    # Of the labelled image alone: the solid class has 1 of 2 pixels, the dashed one both.
    assert parity.lane_iou == (1.0, pytest.approx((0.5 + 1.0) / 2))


def test_ignored_pixels_are_compared_and_not_scored() -> None:
    mine, its = [[1, 1, 0, 0], [2, 2, 0, 0]], [[1, 1, 0, 0], [2, 2, 0, 1]]
    parity = compare_models(Painter(mine), Painter(its), [IMAGE], [np.array(TRUTH)])
    assert (parity.changed, parity.lane_iou) == (1 / 8, (1.0, 1.0))


def test_without_labels_there_is_no_lane_iou() -> None:
    same = [[1, 1, 0, 0], [2, 2, 0, 0]]
    parity = compare_models(Painter(same), Painter(same), [IMAGE])
    assert (parity.changed, parity.where, parity.lane_iou) == (0, None, None)


@pytest.mark.parametrize(
    ('precision', 'changed', 'lane_iou', 'refusal'),
    [
        ('fp32', 0.001, (0.5, 0.5), None),
        ('fp32', 0.0011, (0.5, 0.5), r'0\.110% of the classes differ; at most 0\.1% may'),
        ('fp32', 0.0, (0.5, 0.494), r'lane IoU falls by 0\.60 points; at most 0\.5 may'),
        ('fp32', 0.0, None, None),
        ('fp32', 0.0, (float('nan'), float('nan')), None),
        ('fp16', 0.02, (0.5, 0.496), None),
        ('fp16', 0.02, (0.5, 0.494), r'falls by 0\.60 points; at most 0\.5 may'),
        ('fp16', 0.0, None, 'fp16 is judged by lane IoU, and the sample has no lanes'),
        ('int8', 0.02, (0.5, 0.491), None),
        ('int8', 0.02, (0.5, 0.489), r'falls by 1\.10 points; at most 1\.0 may'),
        ('int8', 0.02, (0.5, 0.6), None),  # a rise is none
        ('int8', 0.0, (float('nan'), float('nan')), 'int8 is judged by lane IoU'),
    ],
)
def test_the_gate(
    precision: str, changed: float, lane_iou: tuple[float, float] | None, refusal: str | None
) -> None:
    found = Parity(changed, 0.0, 100, None, lane_iou).refusal(precision)
    if refusal is None:
        assert found is None
    else:
        with pytest.raises(ValueError, match=refusal):
            raise ValueError(found)


def test_shapes_have_to_fit() -> None:
    with pytest.raises(ValueError, match=r'shape \(3, 1, 1\) and \(3, 1, 2\); export again'):
        compare_models(Painter([[0]]), Painter([[0, 0]]), [IMAGE])
