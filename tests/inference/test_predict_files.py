from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.inference.predict_files import (
    find_images,
    predict_files,
    predict_scaled,
    prepare_out,
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


def georeferenced(path: Path) -> np.ndarray:
    """Such an image of 20 cm per pixel as a GeoTIFF; gives the block."""
    block = photograph(path.with_suffix('.png'))
    path.with_suffix('.png').unlink()
    with rasterio.open(
        path, 'w', driver='GTiff', width=70, height=40, count=3, dtype='uint8', crs='EPSG:32632',
        transform=from_origin(500_000, 5_300_000, 0.2, 0.2),
    ) as raster:  # fmt: skip
        raster.write(np.stack([block * 255] * 3))
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


def test_a_folder_named_like_an_image_is_none(tmp_path: Path) -> None:
    (tmp_path / 'a.tif').mkdir()
    photograph(tmp_path / 'b.png')
    assert find_images(tmp_path) == [tmp_path / 'b.png']


def test_an_image_that_may_not_be_read_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in 'ab':
        photograph(tmp_path / f'{name}.png')
    read_bytes = Path.read_bytes

    def forbid(path: Path) -> bytes:
        if path.name == 'a.png':
            raise PermissionError(13, 'Permission denied')
        return read_bytes(path)

    monkeypatch.setattr(Path, 'read_bytes', forbid)
    report = predict_files(WINDOWS, find_images(tmp_path), tmp_path / 'out', draw=draw)
    assert report.made == 1
    assert 'a.png: cannot be read (Permission denied)' in report.broken[0]


def test_the_mask_of_a_georeferenced_image_lies_where_it_does(tmp_path: Path) -> None:
    block = georeferenced(tmp_path / 'a.tif')
    cv2.imwrite(str(tmp_path / 'b.tif'), np.dstack([block * 255] * 3))  # without a place
    out, files = tmp_path / 'out', find_images(tmp_path)
    assert predict_files(WINDOWS, files, out, draw=draw).made == 2
    assert sorted(one.name for one in (out / 'masks').iterdir()) == ['a.tif', 'b.png']
    with rasterio.open(tmp_path / 'a.tif') as image, rasterio.open(out / 'masks/a.tif') as mask:
        assert (mask.crs, mask.transform, mask.bounds) == (image.crs, image.transform, image.bounds)
        assert np.array_equal(mask.read(1), block)
        assert mask.colormap(1)[1][:3] == (255, 0, 0)
    assert np.array_equal(read(out / 'masks/b.png'), block)
    assert predict_files(WINDOWS, files, out, draw=draw, resume=True).kept == 2
    (out / 'masks/a.tif').unlink()
    assert predict_files(WINDOWS, files, out, draw=draw, resume=True).made == 1


def test_an_image_may_have_a_scale_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in 'ab':
        photograph(tmp_path / f'{name}.png')
    used = []
    monkeypatch.setattr(
        'lanedet_mm.inference.predict_files.predict_scaled',
        lambda _, image, *, scale, progress: used.append(scale) or image[..., 0] // 255,
    )
    predict_files(
        WINDOWS, find_images(tmp_path), tmp_path / 'out', draw=draw, scale=0.5,
        own_scales={tmp_path / 'b.png': 2.0},
    )  # fmt: skip
    assert used == [0.5, 2.0]


def test_a_mask_is_there_before_its_overlay_fails(tmp_path: Path) -> None:
    block = photograph(tmp_path / 'a.png')

    def fails(image: Image, mask: np.ndarray) -> Image:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        predict_files(WINDOWS, [tmp_path / 'a.png'], tmp_path / 'out', draw=fails)
    assert np.array_equal(read(tmp_path / 'out/masks/a.png'), block)


def test_an_overlay_is_shrunk_to_what_a_jpeg_can_be(tmp_path: Path) -> None:
    photograph(tmp_path / 'a.png', height=21, width=65_600)
    report = predict_files(WINDOWS, [tmp_path / 'a.png'], tmp_path / 'out', draw=draw)
    assert report.made == 1
    assert read(tmp_path / 'out/masks/a.png').shape == (21, 65_600)
    assert read(tmp_path / 'out/overlays/a.jpg').shape == (21, 65_500, 3)


@pytest.mark.parametrize('place', ['file', 'file/deeper', 'with_a_file'])
def test_results_that_cannot_be_written_are_found_before_predicting(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph(tmp_path / 'a.png')
    (tmp_path / 'file').write_text('')
    (tmp_path / 'with_a_file').mkdir()
    (tmp_path / 'with_a_file/masks').write_text('')
    monkeypatch.delattr('lanedet_mm.inference.predict_files.predict_scaled')
    with pytest.raises(ValueError, match=r'nothing can be written in .*masks \(.*another folder'):
        predict_files(WINDOWS, [tmp_path / 'a.png'], tmp_path / place, draw=draw)


def test_a_folder_that_may_not_be_written_in_is_found_before_predicting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(**_: object) -> None:
        raise PermissionError(13, 'Permission denied')

    monkeypatch.setattr('tempfile.TemporaryFile', forbid)
    with pytest.raises(ValueError, match=r'written in .*masks \(Permission denied\)'):
        prepare_out(tmp_path, [])


@pytest.mark.parametrize('name', ['masks/a.png', 'masks/a.tif', 'overlays/a.jpg'])
def test_no_result_replaces_an_image(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / 'out' / name
    image.parent.mkdir(parents=True)
    photograph(image)
    before = image.read_bytes()
    (tmp_path / 'in').mkdir()
    link = tmp_path / 'in' / image.name
    link.symlink_to(image)
    monkeypatch.chdir(tmp_path)
    for source in (image, link, Path('out') / name):
        with pytest.raises(ValueError, match=r'a result would replace the image .*a\.'):
            predict_files(WINDOWS, find_images(source.parent), tmp_path / 'out', draw=draw)
    assert image.read_bytes() == before
    assert predict_files(WINDOWS, [image], tmp_path / 'new', draw=draw).made == 1
