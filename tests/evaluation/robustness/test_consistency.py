from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.consistency import (
    batch_differences,
    consistency_report,
    window_differences,
)
from lanedet_mm.inference.lane_model import Image, Probabilities

IMAGE = np.random.default_rng(0).integers(0, 256, (96, 112, 3), dtype=np.uint8)
WINDOWS = ((40, 16), (56, 20), (96, 8))


class LooksThreePixels:
    """Lane is what is brighter than the mean of 7 x 7 pixels around it."""

    classes = ('background', 'solid')
    palette = ((0, 0, 0), (255, 0, 0))
    tile_px: int | None = None
    overlap_px: int | None = None
    ground_gsd_m: tuple[float, float] | None = None
    fixed_size = False
    has_probabilities = True

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        lane = np.stack([self.lane(tile[..., 0].astype(np.float32)) for tile in tiles])
        return np.stack([1 - lane, lane], axis=1)

    def lane(self, grey: np.ndarray) -> np.ndarray:
        return (grey > cv2.blur(grey, (7, 7))).astype(np.float32)


class LooksAtTheWholeWindow(LooksThreePixels):
    """Lane is what is brighter than the mean of the window."""

    def lane(self, grey: np.ndarray) -> np.ndarray:
        return (grey > grey.mean()).astype(np.float32)


class LooksAtTheBatch(LooksThreePixels):
    """As with batch norm that was left in training: the batch's mean counts."""

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        grey = np.stack(tiles)[..., 0].astype(np.float32) / 255
        lane = grey - grey.mean() + 0.5
        return np.stack([1 - lane, lane], axis=1)


def tiles(count: int) -> list[Image]:
    return [np.full((8, 8, 3), 10 * at, np.uint8) for at in range(count)]


def test_batches_of_a_sound_model_agree_to_the_last_bit() -> None:
    assert batch_differences(LooksThreePixels(), tiles(5), (2, 3, 8)) == {2: 0, 3: 0, 8: 0}


def test_windows_that_know_of_each_other_are_found() -> None:
    # Alone each window is its own mean; with 0 and 10 the mean is 5, each is 5 / 255 off.
    found = batch_differences(LooksAtTheBatch(), tiles(2), (1, 2))
    assert found == pytest.approx({1: 0, 2: 5 / 255}, abs=1e-6)


def test_windows_that_overlap_enough_agree_in_every_pixel() -> None:
    # 3 px are seen wrongly at a window's edge, whose weight is less than that of the other window.
    found = window_differences(LooksThreePixels(), IMAGE, reference=(48, 24), windows=WINDOWS)
    assert max(found.values()) < 0.002
    whole = window_differences(LooksThreePixels(), IMAGE, reference=(112, 0), windows=[(112, 9)])
    assert whole == {(112, 9): 0}


def test_a_model_that_looks_at_whole_windows_is_told() -> None:
    uneven = IMAGE // 2 + np.linspace(0, 127, 112).astype(np.uint8)[:, None]
    found = window_differences(
        LooksAtTheWholeWindow(), uneven, reference=(48, 24), windows=[(96, 8), (48, 24)]
    )
    assert found[96, 8] > 0.05
    assert found[48, 24] == 0


def test_the_report_holds_both() -> None:
    report = consistency_report(
        LooksAtTheBatch(), IMAGE, reference=(48, 24), windows=WINDOWS[:1], batches=(1, 4)
    )
    assert report['reference'] == {'tile_px': 48, 'overlap_px': 24}
    differences = report['greatest_probability_difference']
    assert differences['1'] == 0
    assert differences['4'] > 0.001
    (window,) = report['changed_share']
    assert (window['tile_px'], window['overlap_px']) == (40, 16)
    assert 0 <= window['share'] <= 1
    with pytest.raises(ValueError, match='is 112 x 96 px; needed is a window of 128 px'):
        consistency_report(LooksThreePixels(), IMAGE, reference=(128, 24))
