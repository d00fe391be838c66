import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.datasets import AELDataset
from lanedet_mm.lanes import AnnotationError, Lane
from lanedet_mm.registry import DATASETS

Write = Callable[..., Any]


def test_reads_a_release_as_it_is(tmp_path: Path, write_tile: Write, write_manifest: Write) -> None:
    write_tile('30000001', corner_m=(100, 200), suffix='.jpg')
    write_tile('60000002')  # a PNG where the manifest says JPEG
    write_manifest(['30000001', '60000002'])
    dataset = DATASETS.build({'type': 'AELDataset', 'data_root': str(tmp_path)})
    assert len(dataset) == 2
    info = dataset[0]
    assert info['img_path'] == str(tmp_path / 'imgs' / '30000001.jpg')
    assert info['annotation_path'] == str(tmp_path / 'json' / '30000001.json')
    assert (info['tile_id'], info['city']) == ('30000001', 'glasgow')
    assert info['region'] == (100, 200, 164, 264)
    assert info['ground_gsd_m'] == pytest.approx(1.0)
    assert info['annotation'].lanes[0].vertices.tolist() == [[32, -10], [32, 74]]
    assert dataset[1]['img_path'].endswith('60000002.png')
    assert dataset[1]['city'] == 'sao_paulo'


@pytest.mark.parametrize(('taxonomy', 'classes'), [('white', 3), ('full', 6)])
def test_classes_and_colours_come_from_the_taxonomy(
    tmp_path: Path, write_tile: Write, write_manifest: Write, taxonomy: str, classes: int
) -> None:
    write_tile('30000001')
    write_manifest(['30000001'])
    dataset = AELDataset(data_root=str(tmp_path), taxonomy=taxonomy)
    assert len(dataset.metainfo['classes']) == len(dataset.metainfo['palette']) == classes
    assert dataset.metainfo['classes'][2] == 'white_dashed'
    assert dataset.metainfo['label_map'] is None


def test_cities_and_indices_choose_tiles(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    ids = ['30000001', '60000002', '30000003', '00000004']
    for tile_id in ids:
        write_tile(tile_id)
    write_manifest(ids, 'splits/mine/val_data.json')
    options = {'data_root': str(tmp_path), 'manifest': 'splits/mine/val_data.json'}
    some = AELDataset(**options, cities=['glasgow', 'valencia'])
    assert [some[index]['tile_id'] for index in range(len(some))] == [ids[0], ids[2], ids[3]]
    assert [info['tile_id'] for info in AELDataset(**options, indices=2)] == ids[:2]
    with pytest.raises(AnnotationError, match=r"names no tile of \('cairo',\)"):
        AELDataset(**options, cities='cairo')
    with pytest.raises(ValueError, match=r"no cities \['boston'\]; AEL has"):
        AELDataset(**options, cities=['boston'])


def test_missing_images_are_counted_and_named(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    write_tile('30000001')
    write_manifest(['30000001', *(f'3000001{digit}' for digit in range(7))])
    with pytest.raises(AnnotationError, match=r"names 7 images that are not in .*'30000010.jpg'"):
        AELDataset(data_root=str(tmp_path))


def test_broken_annotations_are_counted_and_named(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    for tile_id in ('30000001', '30000002', '30000003'):
        write_tile(tile_id)
    cut = tmp_path / 'json' / '30000002.json'
    cut.write_text(cut.read_text()[:100])
    (tmp_path / 'json' / '30000003.json').unlink()
    write_manifest(['30000001', '30000002', '30000003'])
    with pytest.raises(AnnotationError, match=r'train_data\.json: 2 of 3 tiles') as error:
        AELDataset(data_root=str(tmp_path))
    assert '30000002.json: not JSON' in str(error.value)
    assert '30000003.json: no such annotation' in str(error.value)


def test_a_lane_with_one_vertex_is_refused(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    write_tile('30000001', lanes=[Lane(np.array([[1.0, 2.0]]))])
    write_manifest(['30000001'])
    with pytest.raises(AnnotationError, match=r'30000001\.json: lane .* at least two'):
        AELDataset(data_root=str(tmp_path))


def test_an_unknown_city_digit_is_refused(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    write_tile('80000001')
    write_manifest(['80000001'])
    with pytest.raises(AnnotationError, match="tile id '80000001' names no city"):
        AELDataset(data_root=str(tmp_path))


def test_missing_and_empty_manifests_are_refused(tmp_path: Path, write_manifest: Write) -> None:
    with pytest.raises(AnnotationError, match=r'val_data\.json: no such manifest'):
        AELDataset(data_root=str(tmp_path), manifest='val_data.json')
    write_manifest([])
    with pytest.raises(AnnotationError, match=r'train_data\.json: names no tile'):
        AELDataset(data_root=str(tmp_path))


def test_lazy_init_reads_nothing() -> None:
    dataset = AELDataset(data_root='nowhere', lazy_init=True)
    assert dataset.metainfo['classes'][0] == 'background'


def test_annotations_lie_in_one_buffer_that_workers_share(shared_ael: Path) -> None:
    # Objects would be copied into each worker as soon as their reference counts are touched.
    from lanedet_mm.lanes import TileAnnotation

    paths = sorted((shared_ael / 'json').glob('*.json'))[::40]
    size = np.mean([len(pickle.dumps(TileAnnotation.read(path))) for path in paths])
    assert size * 7817 < 100e6


def test_the_buffer_holds_everything(
    tmp_path: Path, write_tile: Write, write_manifest: Write
) -> None:
    write_tile('30000001')
    write_manifest(['30000001'])
    dataset = AELDataset(data_root=str(tmp_path))
    assert dataset.data_list == []
    assert dataset.data_bytes.dtype == np.uint8
