import hashlib
import math

import cv2
import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.tile_file import TileFile
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile


def scene(seed: int = 0, size_wh: tuple[int, int] = (160, 120)) -> np.ndarray:
    """Large soft shapes under fine texture, as ground is."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.normal(120, 50, (6, 6, 3)), size_wh, interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, 6, (size_wh[1], size_wh[0], 3))
    return np.clip(coarse + fine, 0, 255).astype(np.uint8)


def file_of(image: np.ndarray, quality: int = 95, gsd_m: float = 0.1) -> TileFile:
    return TileFile.of(UnlabeledTile(image=image, gsd_m=gsd_m), quality=quality)


def bits_apart(one: np.ndarray, other: np.ndarray) -> int:
    return (file_of(one).phash ^ file_of(other).phash).bit_count()


def test_the_file_is_the_picture_of_that_quality() -> None:
    image = scene()
    file = file_of(image, quality=95)
    decoded = cv2.imdecode(np.frombuffer(file.data, np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(decoded.astype(int) - image).mean() < 6  # blue stays blue
    assert file.size_wh == (160, 120)
    assert file.sha256 == hashlib.sha256(file.data).hexdigest()
    assert file.blank is None
    assert len(file_of(image, quality=50).data) < len(file.data) / 2


def test_the_same_picture_has_nearly_the_same_hash_and_another_one_has_not() -> None:
    image = scene()
    smaller = cv2.resize(image, (80, 60), interpolation=cv2.INTER_AREA)
    brighter = np.clip(image.astype(int) + 12, 0, 255).astype(np.uint8)
    jpeg = cv2.imencode('.jpg', image, (cv2.IMWRITE_JPEG_QUALITY, 40))[1]
    again = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert max(bits_apart(image, one) for one in (smaller, brighter, again)) <= 4
    # Unlike pictures differ in 32 bits of 64, give or take four standard deviations of 4.
    assert all(16 < bits_apart(image, scene(seed)) < 48 for seed in range(1, 6))
    assert bits_apart(image, image[:, ::-1]) > 16


def test_a_hash_has_64_bits_of_which_half_are_set() -> None:
    hashes = [file_of(scene(seed)).phash for seed in range(8)]
    assert max(hashes) >= 2**63
    assert all(28 <= one.bit_count() <= 36 for one in hashes)  # above and below the median


def stripes(levels: int) -> np.ndarray:
    """Two grey levels, so many apart, in stripes: their spread is half of that."""
    image = np.full((64, 64, 3), 100, np.uint8)
    image[::2] += np.uint8(levels)
    return image


def empty_from_the_top(rows: int) -> np.ndarray:
    image = scene(size_wh=(100, 100)).clip(0, 250)
    image[:rows] = 255
    return image


@pytest.mark.parametrize(
    ('image', 'reason'),
    [
        (stripes(0), 'its grey levels spread by 0.0'),
        (stripes(6), 'its grey levels spread by 3.0'),
        (stripes(10), None),
        (empty_from_the_top(70), '70% of it has the grey level 255'),
        (empty_from_the_top(50), None),
    ],
)
def test_there_is_nothing_to_learn_from_flat_or_empty_tiles(
    image: np.ndarray, reason: str | None
) -> None:
    assert file_of(image).blank == reason


@pytest.mark.parametrize(
    'image',
    [
        np.zeros((64, 64, 3), np.uint16),
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((0, 64, 3), np.uint8),
    ],
)
def test_other_pixels_than_bgr_of_8_bits_are_refused(image: np.ndarray) -> None:
    with pytest.raises(CollectionError, match=r'needed is uint8 \(H, W, 3\)'):
        file_of(image)


@pytest.mark.parametrize('gsd_m', [0.0, -0.1, math.nan, math.inf])
def test_a_scale_that_is_none_is_refused(gsd_m: float) -> None:
    with pytest.raises(CollectionError, match='needed is more than 0'):
        file_of(scene(), gsd_m=gsd_m)
