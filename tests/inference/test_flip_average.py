from collections.abc import Sequence

import numpy as np
import pytest

from lanedet_mm.inference.class_thresholds import ClassThresholds
from lanedet_mm.inference.flip_average import FlipAverage
from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.inference.sliding_window import SlidingWindow

RNG = np.random.default_rng(0)
TURNS = [(mirror, turns) for mirror in (False, True) for turns in range(4)]


class LooksRight:
    """Lane is as likely as the pixel to the right, at the border the first one, is blue."""

    classes = ('background', 'solid')
    palette = ((0, 0, 0), (255, 0, 0))
    tile_px: int | None = 8
    overlap_px: int | None = 2
    ground_gsd_m: tuple[float, float] | None = (0.1, 0.3)
    fixed_size = True
    has_probabilities = True

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        assert all(tile.flags['C_CONTIGUOUS'] for tile in tiles)
        lane = np.roll(np.stack(tiles)[..., 0].astype(np.float32), -1, axis=2) / 255
        return np.stack([1 - lane, lane], axis=1)


class LooksAround(LooksRight):
    """Lane is as likely as the pixel itself is blue."""

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        lane = np.stack(tiles)[..., 0].astype(np.float32) / 255
        return np.stack([1 - lane, lane], axis=1)


def turned(image: np.ndarray, mirror: bool, turns: int) -> np.ndarray:
    """An image (H, W, 3), mirrored and turned."""
    return np.ascontiguousarray(np.rot90(image[:, ::-1] if mirror else image, turns))


@pytest.mark.parametrize(('mirror', 'turns'), TURNS)
@pytest.mark.parametrize('width', [8, 5])
def test_the_answer_lies_as_the_window_lies(mirror: bool, turns: int, width: int) -> None:
    tiles = list(RNG.integers(0, 256, (3, 8, width, 3), dtype=np.uint8))
    model = FlipAverage(LooksRight())
    answer = model([turned(tile, mirror, turns) for tile in tiles])
    for got, one in zip(answer, model(tiles), strict=True):
        lies = turned(one.transpose(1, 2, 0), mirror, turns).transpose(2, 0, 1)
        np.testing.assert_array_equal(got, lies)


def test_a_point_spreads_to_its_four_neighbours() -> None:
    tile = np.zeros((5, 5, 3), np.uint8)
    tile[2, 2] = 255
    lane = FlipAverage(LooksRight())([tile])[0, 1]
    expected = np.zeros((5, 5))
    expected[[1, 2, 2, 3], [2, 1, 3, 2]] = 0.25  # two of the eight ways each
    np.testing.assert_array_equal(lane, expected)


def test_a_model_that_does_not_mind_keeps_its_answer() -> None:
    tiles = list(RNG.integers(0, 256, (2, 8, 6, 3), dtype=np.uint8))
    np.testing.assert_array_equal(FlipAverage(LooksAround())(tiles), LooksAround()(tiles))


def test_it_is_a_model_for_sliding_windows() -> None:
    model = FlipAverage(LooksAround())
    for name in ('classes', 'palette', 'tile_px', 'overlap_px', 'ground_gsd_m', 'fixed_size'):
        assert getattr(model, name) == getattr(LooksAround, name)
    image = RNG.integers(0, 256, (20, 13, 3), dtype=np.uint8)
    mask = SlidingWindow(model, tile_px=8, overlap_px=2)(image)
    np.testing.assert_array_equal(mask, image[..., 0] > 127)


def test_votes_of_a_model_that_says_classes_are_no_probabilities() -> None:
    model = LooksAround()
    model.has_probabilities = False
    thresholds = ClassThresholds(model.classes, {'solid': 0.3})
    with pytest.raises(ValueError, match='classes without probabilities'):
        SlidingWindow(FlipAverage(model), tile_px=8, overlap_px=2, thresholds=thresholds)
