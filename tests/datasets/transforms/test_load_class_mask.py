import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.datasets.transforms.load_class_mask import LoadClassMask
from lanedet_mm.imagery import ImageError

LABEL_MAP = {0: 0, 1: 2, 2: 1, 3: 2}


def load(path: Path, mask: np.ndarray, size_hw: tuple[int, int] = (4, 5)) -> dict[str, Any]:
    cv2.imwrite(str(path), mask)
    results = {
        'img_path': 'a.png',
        'img': np.zeros((*size_hw, 3), np.uint8),
        'seg_map_path': str(path),
        'label_map': LABEL_MAP,
    }
    return LoadClassMask().transform(results)


def test_values_are_mapped_and_ignored_stays_ignored(tmp_path: Path) -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask[0] = (0, 1, 2, 3, 255)
    results = load(tmp_path / 'a.png', mask)
    assert results['gt_seg_map'][0].tolist() == [0, 2, 1, 2, 255]
    assert results['gt_seg_map'].dtype == np.uint8
    assert results['seg_fields'] == ['gt_seg_map']


def test_a_value_outside_the_classes_names_file_value_and_place(tmp_path: Path) -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask[2, 3], mask[3, 0] = 4, 17
    message = r'bad\.png: holds the values \[4, 17\], the first at \(row, col\) = \(2, 3\)'
    with pytest.raises(ImageError, match=message) as caught:
        load(tmp_path / 'bad.png', mask)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ('mask', 'message'),
    [
        (np.zeros((4, 5, 3), np.uint8), r'is uint8 of shape \(4, 5, 3\); needed are class indices'),
        (np.zeros((4, 5), np.uint16), 'is uint16'),
        (np.zeros((5, 4), np.uint8), r'has shape \(5, 4\), its image \(4, 5\)'),
    ],
)
def test_masks_of_another_kind(tmp_path: Path, mask: np.ndarray, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        load(tmp_path / 'a.png', mask)


def test_missing_and_unreadable_masks(tmp_path: Path) -> None:
    results = {'img_path': 'a.png', 'img': np.zeros((4, 5, 3)), 'label_map': LABEL_MAP}
    with pytest.raises(ImageError, match=r'a\.png: has no label'):
        LoadClassMask().transform(results)
    path = tmp_path / 'none.png'
    with pytest.raises(ImageError, match=r'none\.png: no such image'):
        LoadClassMask().transform({**results, 'seg_map_path': str(path)})
    path.write_bytes(b'cut')
    with pytest.raises(ImageError, match=r'none\.png: no image that OpenCV reads'):
        LoadClassMask().transform({**results, 'seg_map_path': str(path)})
    cv2.imwrite(str(path), np.arange(20, dtype=np.uint8).reshape(4, 5))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ImageError, match=r'none\.png: truncated after'):
        LoadClassMask().transform({**results, 'seg_map_path': str(path)})
