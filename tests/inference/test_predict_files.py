from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.inference.predict_files import (
    find_images,
    predict_files,
    predict_scaled,
    scaled_size,
)
from lanedet_mm.inference.sliding_window import SlidingWindow


class BrightIsLane:
    """Paints what is brighter than 128."""

    classes = ('background', 'solid')
    palette = ((0, 0, 0), (255, 0, 0))
    tile_px: int | None = None
    fixed_size = False
    has_probabilities = True

    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        bright = np.stack(tiles)[..., 0] > 128
        return np.stack([~bright, bright], axis=1).astype(np.float32)


WINDOWS = SlidingWindow(BrightIsLane(), tile_px=32, overlap_px=8)


def draw(image: Image, mask: np.ndarray) -> Image:
    return np.where(mask[..., None] > 0, 255, image).astype(np.uint8)


def photograph(path: Path, height: int = 40, width: int = 70) -> np.ndarray:
    """A dark image with a bright block; gives the block."""
    block = np.zeros((height, width), np.uint8)
    block[10:20, 15:50] = 1
    cv2.imwrite(str(path), np.dstack([block * 255] * 3))
    return block


def read(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))


def test_masks_and_overlays_are_named_like_the_images_and_of_their_size(tmp_path: Path) -> None:
    source, out = tmp_path / 'in', tmp_path / 'out'
    source.mkdir()
    block = photograph(source / 'a.png')
    photograph(source / 'b.JPG', 20, 25)
    report = predict_files(WINDOWS, find_images(source), out, draw=draw)
    assert (report.made, report.kept, report.broken) == (2, 0, ())
    mask = read(out / 'masks/a.png')
    assert mask.dtype == np.uint8
    assert np.array_equal(mask, block)
    assert read(out / 'masks/b.png').shape == (20, 25)
    assert read(out / 'overlays/a.jpg').shape == (40, 70, 3)


def test_a_broken_image_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / 'a.jpg').write_bytes(b'\xff\xd8 cut')
    (tmp_path / 'b.png').write_bytes(b'no image')
    photograph(tmp_path / 'c.png')
    report = predict_files(WINDOWS, find_images(tmp_path), tmp_path / 'out', draw=draw)
    assert report.made == 1
    assert ['a.jpg' in report.broken[0], 'b.png' in report.broken[1]] == [True, True]
    assert [path.name for path in (tmp_path / 'out/masks').iterdir()] == ['c.png']


def test_resume_keeps_what_is_whole_and_makes_the_rest(tmp_path: Path) -> None:
    for name in 'abc':
        photograph(tmp_path / f'{name}.png')
    out = tmp_path / 'out'
    files = find_images(tmp_path)
    predict_files(WINDOWS, files, out, draw=draw)
    (out / 'masks/a.png').write_bytes(b'mine')
    (out / 'overlays/b.jpg').unlink()
    report = predict_files(WINDOWS, files, out, draw=draw, resume=True)
    assert (report.made, report.kept) == (1, 2)
    assert (out / 'masks/a.png').read_bytes() == b'mine'
    assert (out / 'overlays/b.jpg').is_file()
    assert predict_files(WINDOWS, files, out, draw=draw).made == 3
    assert (out / 'masks/a.png').read_bytes() != b'mine'


def test_an_error_of_the_model_ends_the_run(tmp_path: Path) -> None:
    photograph(tmp_path / 'a.png')

    def fails(image: Image, mask: np.ndarray) -> Image:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        predict_files(WINDOWS, [tmp_path / 'a.png'], tmp_path / 'out', draw=fails)


@pytest.mark.parametrize('scale', [0.5, 2.0, 1.3])
def test_a_scaled_prediction_lies_where_the_image_does(scale: float) -> None:
    image = np.zeros((60, 80, 3), np.uint8)
    image[20:40, 30:50] = 255
    mask = predict_scaled(WINDOWS, image, scale=scale)
    assert mask.shape == (60, 80)
    rows, cols = np.nonzero(mask)
    assert rows.mean() == pytest.approx(29.5, abs=0.3)
    assert cols.mean() == pytest.approx(39.5, abs=0.3)
    assert mask.sum() == pytest.approx(400, rel=0.1)


def test_scaled_size_by_hand() -> None:
    assert scaled_size((100, 33), 0.625) == (62, 21)
    assert scaled_size((1, 1), 0.01) == (1, 1)


def test_finding_images(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='no image and no folder'):
        find_images(tmp_path / 'none')
    with pytest.raises(FileNotFoundError, match='no image in'):
        find_images(tmp_path)
    photograph(tmp_path / 'a.png')
    (tmp_path / 'notes.txt').write_text('')
    assert find_images(tmp_path) == [tmp_path / 'a.png']
    assert find_images(tmp_path / 'a.png') == [tmp_path / 'a.png']
    photograph(tmp_path / 'a.jpg')
    with pytest.raises(ValueError, match=r'several images named a, which would write the same a'):
        find_images(tmp_path)
