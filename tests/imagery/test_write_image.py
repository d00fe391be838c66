from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.imagery import read_image, write_image

PICTURE = np.random.default_rng(0).integers(0, 255, (6, 8, 3), dtype=np.uint8)


def test_png_comes_back_as_it_was(tmp_path: Path) -> None:
    write_image(tmp_path / 'deep' / 'a.png', PICTURE)
    np.testing.assert_array_equal(read_image(tmp_path / 'deep' / 'a.png'), PICTURE)
    assert [path.name for path in (tmp_path / 'deep').iterdir()] == ['a.png']


def test_a_mask_stays_one_channel(tmp_path: Path) -> None:
    mask = np.array([[0, 1], [2, 255]], np.uint8)
    write_image(tmp_path / 'a.png', mask)
    np.testing.assert_array_equal(
        cv2.imread(str(tmp_path / 'a.png'), cv2.IMREAD_UNCHANGED), mask
    )  # fmt: skip


def test_what_opencv_cannot_write_is_named(tmp_path: Path) -> None:
    for name, pixels in (('a.xyz', PICTURE), ('a.png', np.zeros((3, 3, 5), np.uint8))):
        with pytest.raises(ValueError, match=rf'{name}: OpenCV cannot write \({pixels.shape[0]}, '):
            write_image(tmp_path / name, pixels)
    assert not list(tmp_path.iterdir())
