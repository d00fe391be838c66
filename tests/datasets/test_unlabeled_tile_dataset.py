from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from mmengine.registry import init_default_scope

from lanedet_mm.datasets import UnlabeledTileDataset
from lanedet_mm.imagery import write_image


def write_corpus(root: Path, count: int = 200) -> None:
    rows = [
        {
            'id': f'maps_{index:04d}',
            'source': 'maps' if index % 2 else 'rendered',
            'place': ('oslo', 'bergen', 'moss')[index % 3],
            'gsd_m': 0.1 + index / 1000,
            'width_px': 64,
            'height_px': 48,
        }
        for index in range(count)
    ]
    (root / 'tiles').mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), root / 'manifest.parquet')


def ids(dataset: UnlabeledTileDataset) -> set[str]:
    return {dataset.get_data_info(index)['tile_id'] for index in range(len(dataset))}


def test_a_tile_has_its_file_its_scale_and_its_place(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    info = UnlabeledTileDataset(data_root=str(tmp_path), side='all').get_data_info(7)
    assert Path(info['img_path']) == tmp_path / 'tiles' / 'maps_0007.jpg'
    assert (info['source'], info['place'], info['size_wh']) == ('maps', 'bergen', (64, 48))
    assert info['ground_gsd_m'] == pytest.approx(0.107)


def test_what_is_held_out_is_not_trained_on_and_stays_as_the_corpus_grows(tmp_path: Path) -> None:
    def side(name: str) -> set[str]:
        return ids(UnlabeledTileDataset(data_root=str(tmp_path), side=name, held_out_share=0.2))

    write_corpus(tmp_path, 200)
    held, train = side('held_out'), side('train')
    assert held | train == side('all')
    assert not held & train
    assert 20 <= len(held) <= 60
    write_corpus(tmp_path, 400)
    assert held < side('held_out')
    assert train < side('train')


def test_sources_and_places_can_be_chosen_and_left_out(tmp_path: Path) -> None:
    write_corpus(tmp_path)

    def kept(**options: list[str]) -> list[tuple[str, str]]:
        dataset = UnlabeledTileDataset(data_root=str(tmp_path), side='all', **options)
        infos = [dataset.get_data_info(index) for index in range(len(dataset))]
        return sorted({(info['source'], info['place']) for info in infos})

    assert kept(sources=['maps'], places=['oslo']) == [('maps', 'oslo')]
    assert {place for _, place in kept(without_places=['oslo', 'moss'])} == {'bergen'}
    # One name, as the command line gives it.
    assert kept(sources='maps', places='oslo') == [('maps', 'oslo')]
    assert kept(without_places='oslo') == kept(without_places=['oslo'])
    with pytest.raises(ValueError, match=r"there are the sources \['maps', 'rendered'\] and the"):
        kept(places=['Oslo'])


def test_the_pipeline_reads_the_tile(tmp_path: Path) -> None:
    write_corpus(tmp_path, 1)
    picture = np.full((48, 64, 3), (250, 120, 10), np.uint8)  # blue, in BGR order
    write_image(tmp_path / 'tiles' / 'maps_0000.jpg', picture)
    init_default_scope('lanedet_mm')
    pipeline = [
        dict(type='LoadTile'),
        dict(type='RandomTileCrop', crop_px=32),
        dict(type='mmpretrain.PackInputs', meta_keys=('place', 'ground_gsd_m')),
    ]
    sample = UnlabeledTileDataset(data_root=str(tmp_path), side='all', pipeline=pipeline)[0]
    assert sample['inputs'].shape == (3, 32, 32)
    assert sample['inputs'][:, 16, 16].tolist() == pytest.approx([250, 120, 10], abs=4)
    assert sample['data_samples'].place == 'oslo'
    assert sample['data_samples'].ground_gsd_m == pytest.approx(0.1)


def test_a_missing_or_broken_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'tools/collect_unlabeled\.py'):
        UnlabeledTileDataset(data_root=str(tmp_path))
    (tmp_path / 'manifest.parquet').write_bytes(b'PAR1 no more')
    with pytest.raises(ValueError, match='is no manifest of tiles'):
        UnlabeledTileDataset(data_root=str(tmp_path))


@pytest.mark.parametrize('options', [{'side': 'test'}, {'held_out_share': 1.0}])
def test_bad_options_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needed are 'train', 'held_out' or 'all'"):
        UnlabeledTileDataset(data_root='nowhere', **options)
