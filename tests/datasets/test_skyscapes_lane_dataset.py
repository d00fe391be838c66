from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.registry import init_default_scope

from lanedet_mm.datasets.skyscapes_lane_dataset import SkyScapesLaneDataset
from lanedet_mm.imagery import ImageError
from lanedet_mm.registry import DATASETS

PIPELINE = [
    {'type': 'LoadImageFromFile'},
    {'type': 'LoadClassMask'},
    {'type': 'PackLaneInputs'},
]


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    """Two tiles of image `a_r1`, one of `b`, one without a label of `t`."""
    (tmp_path / 'images').mkdir()
    (tmp_path / 'labels').mkdir()
    names = ['a_r1_r00000_c00000', 'a_r1_r00000_c00016', 'b_r00000_c00000', 't_r00000_c00000']
    for name in names:
        cv2.imwrite(str(tmp_path / f'images/{name}.png'), np.zeros((16, 16, 3), np.uint8))
        if name[0] != 't':
            label = np.arange(256, dtype=np.uint8).reshape(16, 16) % 13
            cv2.imwrite(str(tmp_path / f'labels/{name}.png'), label)
    (tmp_path / 'train.txt').write_text('\n'.join(names[:3]))
    (tmp_path / 'test.txt').write_text(names[3])
    (tmp_path / 'empty.txt').write_text('')
    init_default_scope('lanedet_mm')
    return tmp_path


def test_thirteen_classes_as_they_are(tiles: Path) -> None:
    data = SkyScapesLaneDataset(data_root=str(tiles), pipeline=PIPELINE)
    assert len(data) == 3
    assert data.metainfo['classes'][:3] == ('Background', 'Dash Line', 'Long Line')
    assert len(data.metainfo['classes']) == len(data.metainfo['palette']) == 13
    sample = data[0]['data_samples']
    assert sample.gt_sem_seg.data[0, 0].tolist() == [*range(13), 0, 1, 2]
    assert sample.metainfo['ground_gsd_m'] == 0.13
    assert sample.metainfo['tile_id'] == 'a_r1_r00000_c00000'
    assert sample.metainfo['block'] == 'a_r1'


def test_merged_to_aels_three(tiles: Path) -> None:
    config = {'type': 'SkyScapesLaneDataset', 'data_root': str(tiles), 'merge': 'ael'}
    data = DATASETS.build({**config, 'pipeline': PIPELINE})
    assert data.metainfo['classes'] == ('background', 'white_solid', 'white_dashed')
    label = data[0]['data_samples'].gt_sem_seg.data[0, 0]
    assert label.tolist() == [0, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1]


def test_images_are_kept_whole(tiles: Path) -> None:
    data = SkyScapesLaneDataset(data_root=str(tiles), images=['a_r1'])
    assert len(SkyScapesLaneDataset(data_root=str(tiles), images='a_r1')) == len(data)
    assert [data.get_data_info(index)['tile_id'][-6:] for index in range(2)] == ['c00000', 'c00016']
    with pytest.raises(ValueError, match=r"no tile of the images \['z'\]"):
        SkyScapesLaneDataset(data_root=str(tiles), images=['b', 'z'])


def test_tiles_without_a_label_can_be_predicted_but_not_trained_on(tiles: Path) -> None:
    config = {'data_root': str(tiles), 'ann_file': 'test.txt', 'test_mode': True}
    predict = SkyScapesLaneDataset(**config, pipeline=[PIPELINE[0], PIPELINE[2]])
    assert predict[0]['inputs'].shape == (3, 16, 16)
    with pytest.raises(ImageError, match='has no label'):
        SkyScapesLaneDataset(**config, pipeline=PIPELINE)[0]


def test_a_label_outside_the_classes_names_the_file(tiles: Path) -> None:
    label = tiles / 'labels/b_r00000_c00000.png'
    cv2.imwrite(str(label), np.full((16, 16), 13, np.uint8))
    data = SkyScapesLaneDataset(data_root=str(tiles), images=['b'], pipeline=PIPELINE)
    with pytest.raises(ImageError, match=r'labels/b_r00000_c00000\.png: holds the values \[13\]'):
        data[0]


def test_what_is_missing_is_named(tiles: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no list of tiles .*val\.txt; make the tiles'):
        SkyScapesLaneDataset(data_root=str(tiles), ann_file='val.txt')
    with pytest.raises(ValueError, match='names no tile'):
        SkyScapesLaneDataset(data_root=str(tiles), ann_file='empty.txt')
    (tiles / 'images/b_r00000_c00000.png').unlink()
    with pytest.raises(FileNotFoundError, match=r'names 1 tiles that are not in .*b_r00000_c00000'):
        SkyScapesLaneDataset(data_root=str(tiles))
    with pytest.raises(ValueError, match="merge is 'AEL'"):
        SkyScapesLaneDataset(data_root=str(tiles), merge='AEL')
