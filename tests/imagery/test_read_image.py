import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.imagery import ImageError, read_image, read_stored

RNG = np.random.default_rng(0)
PICTURE = cv2.resize(RNG.integers(0, 255, (6, 8, 3), dtype=np.uint8), (80, 60))


def saved(path: Path, image: np.ndarray) -> Path:
    cv2.imwrite(str(path), image)
    return path


def test_png_is_read_as_it_was_written(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path / 'a.png', PICTURE), size_wh=(80, 60))
    np.testing.assert_array_equal(image, PICTURE)


def test_jpeg_is_read_in_bgr(tmp_path: Path) -> None:
    blue = np.zeros((16, 16, 3), np.uint8)
    blue[..., 0] = 255
    assert read_image(saved(tmp_path / 'a.jpg', blue))[8, 8] == pytest.approx([255, 0, 0], abs=3)


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
def test_grey_becomes_three_equal_channels(tmp_path: Path, suffix: str) -> None:
    image = read_image(saved(tmp_path / f'a{suffix}', np.full((9, 7), 131, np.uint8)))
    assert image.shape == (9, 7, 3)
    assert (image == 131).all()


def test_opaque_alpha_is_dropped(tmp_path: Path) -> None:
    alpha = np.full((60, 80, 1), 255, np.uint8)
    image = read_image(saved(tmp_path / 'a.png', np.dstack([PICTURE, alpha])))
    np.testing.assert_array_equal(image, PICTURE)


def test_holes_in_the_alpha_are_refused(tmp_path: Path) -> None:
    alpha = np.full((60, 80, 1), 255, np.uint8)
    alpha[3, 4:9] = 0
    path = saved(tmp_path / 'a.png', np.dstack([PICTURE, alpha]))
    with pytest.raises(ImageError, match=r'a\.png: has 5 pixels that are not opaque'):
        read_image(path)


def test_16_bits_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / 'a.png', PICTURE.astype(np.uint16) * 256)
    with pytest.raises(ImageError, match=r'a\.png: holds uint16 values; needed are 8 bits'):
        read_image(path)


def test_another_size_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / 'a.png', PICTURE)
    with pytest.raises(ImageError, match=r'a\.png: is 80 x 60 px.*resolution 60 x 80 px'):
        read_image(path, size_wh=(60, 80))


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r'nowhere\.jpg: no such image'):
        read_image(tmp_path / 'nowhere.jpg')


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
@pytest.mark.parametrize('share', [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_image_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = saved(tmp_path / f'a{suffix}', PICTURE)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(ImageError, match=rf'a\{suffix}: truncated after \d+ bytes'):
        read_image(path)


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
def test_bytes_after_the_image_do_no_harm(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f'a{suffix}', PICTURE)
    expected = read_image(path)
    path.write_bytes(path.read_bytes() + b'\0\0a trailer')
    np.testing.assert_array_equal(read_image(path), expected)


@pytest.mark.parametrize('data', [b'', b'no image at all'])
def test_what_is_no_image_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / 'a.jpg'
    path.write_bytes(data)
    with pytest.raises(ImageError, match=r'a\.jpg: no image that OpenCV reads'):
        read_image(path)


def test_pixels_are_counted_as_stored_whatever_exif_says(tmp_path: Path) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me by 90 degrees"
    Image.fromarray(PICTURE[..., ::-1]).save(tmp_path / 'a.jpg', exif=exif)
    assert read_image(tmp_path / 'a.jpg').shape == (60, 80, 3)


def test_the_error_survives_a_process_pool() -> None:
    assert str(pickle.loads(pickle.dumps(ImageError('a.jpg', 'is bad')))) == 'a.jpg: is bad'


@pytest.mark.parametrize(
    'stored',
    [PICTURE[..., 0], PICTURE.astype(np.uint16) * 256, np.dstack([PICTURE, PICTURE[..., 0]])],
)
def test_values_as_they_are_stored(tmp_path: Path, stored: np.ndarray) -> None:
    values = read_stored(saved(tmp_path / 'a.png', stored))
    assert values.dtype == stored.dtype
    np.testing.assert_array_equal(values, stored)


@pytest.mark.parametrize('name', ['a.tif', 'a.png'])
def test_a_folder_is_no_image(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ImageError, match=rf'{name}: cannot be read \(Is a directory\)'):
        read_image(tmp_path / name)


@pytest.mark.parametrize('name', ['a.tif', 'a.png'])
def test_an_image_that_may_not_be_read_is_named(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(path: Path, mode: str = 'r', *_: object, **__: object) -> None:
        raise PermissionError(13, 'Permission denied')

    path = saved(tmp_path / name, PICTURE)
    monkeypatch.setattr(Path, 'open', forbid)
    monkeypatch.setattr(Path, 'read_bytes', forbid)
    with pytest.raises(ImageError, match=rf'{name}: cannot be read \(Permission denied\)'):
        read_image(path)
