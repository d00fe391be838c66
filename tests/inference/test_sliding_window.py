import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from lanedet_mm.inference.class_thresholds import ClassThresholds
from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.inference.sliding_window import SlidingWindow

PALETTE = ((0, 0, 0), (255, 0, 0), (0, 0, 255))


class BlueIsClass:
    """Says that a pixel's class is its blue value, and remembers what it was asked."""

    classes = ('background', 'solid', 'dashed')
    palette = PALETTE
    tile_px: int | None = None
    fixed_size = False
    has_probabilities = True

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        self.batches.append(len(tiles))
        blue = np.stack(tiles)[..., 0]
        return (blue[:, None] == np.arange(3)[:, None, None]).astype(np.float32)


class WrongAtTheEdge(BlueIsClass):
    """Right in the middle of a window, sure of a wrong class in the outer 2 pixels."""

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        right = super().__call__(tiles)
        wrong = np.roll(right, 1, axis=1)
        wrong[:, :, 2:-2, 2:-2] = right[:, :, 2:-2, 2:-2]
        return wrong


def labelled_image(height: int, width: int) -> Image:
    image = np.random.default_rng(height * 100 + width).integers(0, 3, (height, width, 3))
    return image.astype(np.uint8)


@pytest.mark.parametrize('height', [1, 5, 15, 16, 17, 28, 29, 40, 51])
@pytest.mark.parametrize('width', [1, 16, 28, 33])
def test_every_pixel_gets_its_own_class_at_any_size(height: int, width: int) -> None:
    image = labelled_image(height, width)
    windows = SlidingWindow(BlueIsClass(), tile_px=16, overlap_px=4, batch=3)
    assert np.array_equal(windows(image), image[..., 0])


@pytest.mark.parametrize(('height', 'width'), [(5, 40), (16, 16), (51, 33)])
def test_probabilities_are_those_of_the_model_and_cover_the_image(height: int, width: int) -> None:
    image = labelled_image(height, width)
    windows = SlidingWindow(BlueIsClass(), tile_px=16, overlap_px=4, batch=3)
    bands = list(windows.probabilities(image))
    assert [row for row, _ in bands] == [
        0,
        *np.cumsum([band.shape[1] for _, band in bands])[:-1].tolist(),
    ]
    whole = np.concatenate([band for _, band in bands], axis=1)
    expected = image[None, ..., 0] == np.arange(3)[:, None, None]
    np.testing.assert_allclose(whole, expected, atol=1e-6)


def test_blending_trusts_the_middle_of_a_window() -> None:
    image = labelled_image(64, 64)
    windows = SlidingWindow(WrongAtTheEdge(), tile_px=16, overlap_px=8)
    right = windows(image) == image[..., 0]
    assert right[2:-2, 2:-2].all()
    assert not right[:2].any()  # nobody sees the border of the image from further inside


class HalfSure(BlueIsClass):
    """Gives the class of the blue value 0.3, and the rest to the background."""

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        sure = super().__call__(tiles) * np.float32(0.3)
        sure[:, 0] = 1 - sure[:, 1:].sum(1)
        return sure


@pytest.mark.parametrize(('height', 'width'), [(5, 40), (51, 33)])
def test_thresholds_decide_across_blended_windows(height: int, width: int) -> None:
    image = labelled_image(height, width)
    for needed, wanted in ((0.29, (0, 1, 2)), (0.31, (0, 0, 0))):
        thresholds = ClassThresholds(HalfSure.classes, {'solid': needed, 'dashed': needed})
        windows = SlidingWindow(HalfSure(), tile_px=16, overlap_px=6, thresholds=thresholds)
        assert np.array_equal(windows(image), np.array(wanted)[image[..., 0]])
    assert not SlidingWindow(HalfSure(), tile_px=16, overlap_px=6)(image).any()


def test_thresholds_need_probabilities() -> None:
    model = BlueIsClass()
    model.has_probabilities = False
    thresholds = ClassThresholds(model.classes, {})
    with pytest.raises(ValueError, match='classes without probabilities; export it without'):
        SlidingWindow(model, tile_px=16, overlap_px=0, thresholds=thresholds)
    windows = SlidingWindow(model, tile_px=16, overlap_px=0)
    with pytest.raises(ValueError, match='probabilities of a model file that says classes without'):
        next(iter(windows.probabilities(labelled_image(16, 16))))


def test_batches_fill_up_and_progress_counts_every_window() -> None:
    model, done = BlueIsClass(), []
    windows = SlidingWindow(model, tile_px=16, overlap_px=0, batch=4)
    windows(labelled_image(32, 80), progress=done.append)
    assert model.batches == [4, 1, 4, 1]
    assert sum(done) == windows.count((32, 80)) == 10


def test_memory_does_not_grow_with_the_height_of_the_image() -> None:
    windows = SlidingWindow(BlueIsClass(), tile_px=64, overlap_px=16)
    peaks = []
    for height in (128, 4096):
        image = np.zeros((height, 256, 3), np.uint8)
        tracemalloc.start()
        windows(image)
        peaks.append(tracemalloc.get_traced_memory()[1] - height * 256)  # less the class map
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_model_of_one_size_refuses_another() -> None:
    model = BlueIsClass()
    model.tile_px, model.fixed_size = 32, True
    with pytest.raises(ValueError, match='takes windows of 32 px and no others, got 16 px'):
        SlidingWindow(model, tile_px=16, overlap_px=4)
    assert SlidingWindow(model, tile_px=32, overlap_px=4).tile_px == 32


def test_classes_that_do_not_fit_the_head_are_an_error() -> None:
    model = BlueIsClass()
    model.classes = ('background', 'solid')  # type: ignore[assignment]
    with pytest.raises(ValueError, match=r'gave \(1, 3, 16, 16\).*do its classes fit its head'):
        SlidingWindow(model, tile_px=16, overlap_px=4)(labelled_image(16, 16))


@pytest.mark.parametrize(
    'image',
    [
        np.zeros((20, 20), np.uint8),
        np.zeros((20, 20, 4), np.uint8),
        np.zeros((20, 20, 3), np.uint16),
        np.zeros((0, 20, 3), np.uint8),
    ],
)
def test_an_image_that_is_not_8_bit_bgr_is_an_error(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r'needed is BGR, \(H, W, 3\), uint8'):
        SlidingWindow(BlueIsClass(), tile_px=16, overlap_px=4)(image)


def test_an_empty_batch_is_an_error() -> None:
    with pytest.raises(ValueError, match='batch of 0 windows'):
        SlidingWindow(BlueIsClass(), batch=0)
