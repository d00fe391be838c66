import numpy as np
import pytest
from mmengine.config import Config

from lanedet_mm.deploy.sample_windows import SampleWindow, calibration_windows, judged_windows


def test_the_window_with_the_most_paint() -> None:
    """Of those that start at rows and columns 0, 2 and 4; ignored pixels are no paint."""
    image = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    truth = np.zeros((8, 8), np.uint8)
    truth[0, :3], truth[:4, 6:], truth[5:, 3:5] = 1, 255, 2
    found = SampleWindow.cut('a', image, truth, size_px=4)
    assert (found.tile, found.row, found.col) == ('a', 4, 2)
    assert np.array_equal(found.image, image[4:8, 2:6])
    assert found.truth is not None
    assert np.array_equal(found.truth, truth[4:8, 2:6])


def test_without_labels_the_one_in_the_middle() -> None:
    found = SampleWindow.cut('a', np.zeros((8, 12, 3), np.uint8), size_px=4)
    assert (found.row, found.col, found.truth) == (2, 4, None)


def test_a_smaller_tile_is_mirrored_and_nothing_is_known_there() -> None:
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    found = SampleWindow.cut('a', image, np.ones((2, 3), np.uint8), size_px=4)
    assert found.image[:, 0, 0].tolist() == [0, 9, 9, 0]
    assert found.truth is not None
    assert found.truth.tolist() == [[1, 1, 1, 255]] * 2 + [[255] * 4] * 2


def test_another_size_of_a_window() -> None:
    """Less is its upper left part; more is mirrored, where nothing is known."""
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    window = SampleWindow('a', 5, 7, image, np.ones((2, 3), np.uint8))
    found = window.resized((3, 2))
    assert (found.tile, found.row, found.col) == ('a', 5, 7)
    assert found.image[:, :, 0].tolist() == [[0, 3], [9, 12], [9, 12]]
    assert found.truth is not None
    assert found.truth.tolist() == [[1, 1], [1, 1], [255, 255]]
    bare = SampleWindow('a', 0, 0, image).resized((1, 1))
    assert (bare.image.shape, bare.truth) == ((1, 1, 3), None)


def test_models_are_judged_on_the_validation_side(config: Config) -> None:
    """Lines stand at columns 10, 22, 34, 46 of 64; windows of 32 px start at 0, 16 and 32."""
    found = judged_windows(config, 8, size_px=32)
    assert [one.tile for one in found] == [f'1000000{index}' for index in range(4)]
    assert [one.col for one in found] == [0, 0, 16, 16]
    counts = [[int((one.truth == kind).sum()) for kind in (1, 2)] for one in found]
    assert counts == [[96, 0], [0, 96], [96, 0], [0, 96]]
    config.val_dataloader = None
    (first, last) = judged_windows(config, 2, size_px=32)
    assert (first.tile, last.tile) == ('20000000', '20000003')  # of the test side
    config.test_dataloader = None
    with pytest.raises(ValueError, match=r'neither val_dataloader nor test_dataloader.*--images'):
        judged_windows(config, 2, size_px=32)


def test_calibration_is_of_the_training_side_and_never_of_judged_tiles(config: Config) -> None:
    found = calibration_windows(config, 3, size_px=32, without={'00000001'})
    assert [one.tile for one in found] == ['00000000', '00000002', '00000003']
    again = calibration_windows(config, 3, size_px=32, without={'00000001'})
    assert all(np.array_equal(one.image, two.image) for one, two in zip(found, again, strict=True))
    with pytest.raises(ValueError, match='no tiles to calibrate on'):
        calibration_windows(config, 3, size_px=32, without={f'0000000{one}' for one in range(4)})


def test_labelled_tiles_are_taken_where_unlabeled_ones_are_joined(config: Config) -> None:
    labelled = config.train_dataloader.dataset
    config.train_dataloader.dataset = {
        'type': 'ConcatDataset',
        'datasets': [labelled, {'type': 'UnlabeledTileDataset', 'data_root': 'none'}],
    }
    assert len(calibration_windows(config, 9, size_px=48)) == 4


def test_lots_that_others_draw_stay_the_same(config: Config) -> None:
    np.random.seed(3)  # noqa: NPY002 - what pipelines draw from
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    calibration_windows(config, 2, size_px=32)
    assert np.random.random() == expected  # noqa: NPY002
