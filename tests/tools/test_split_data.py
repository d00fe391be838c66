import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lanedet_mm.datasets.manifest import read_manifest
from lanedet_mm.datasets.splits.ground_overlap import overlaps_any
from lanedet_mm.datasets.splits.split import Split


@pytest.fixture(scope='module')
def tool(load_tool: Callable[[str], ModuleType]) -> ModuleType:
    return load_tool('split_data.py')


def test_the_official_split_leaks(
    tool: ModuleType, shared_ael: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool.main(['--check', str(shared_ael), '--json', str(tmp_path / 'l.json')])
    (sides,) = json.loads((tmp_path / 'l.json').read_text()).values()
    val, test = sides
    assert (val['side'], val['tiles'], test['side'], test['tiles']) == ('val', 213, 'test', 275)
    assert test['overlapping'] == pytest.approx(0.989, abs=1e-3)
    assert test['ground_seen'] == pytest.approx(0.916, abs=1e-3)
    assert val['ground_seen'] == pytest.approx(0.904, abs=1e-3)
    assert '| test | 275   | 98.91%' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('argv', 'folders'),
    [
        (['spatial'], {'spatial'}),
        (['leave-one-city-out', '--test-city', 'gopeng', '--val-city', 'cairo'], {'loco_gopeng'}),
        (
            ['leave-one-city-out'],
            {'loco_aucamville', 'loco_cairo', 'loco_gopeng', 'loco_sao_paulo', 'loco_valencia'},
        ),
    ],
)
def test_our_splits_share_no_ground_at_all(
    tool: ModuleType, shared_ael: Path, tmp_path: Path, argv: list[str], folders: set[str]
) -> None:
    tool.main(
        [argv[0], str(shared_ael), '--out', str(tmp_path), '--json', str(tmp_path / 'l'), *argv[1:]]
    )
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == folders
    for sides in json.loads((tmp_path / 'l').read_text()).values():
        assert [(side['overlapping'], side['ground_seen']) for side in sides] == [(0, 0), (0, 0)]
    for folder in folders:
        split = Split.read(tmp_path / folder)
        regions = split.regions(shared_ael)
        assert not overlaps_any(regions['val'], regions['test']).any()
        record = json.loads((tmp_path / folder / 'split.json').read_text())
        kept = sum(record['tiles'].values())
        assert kept + sum(map(len, record['dropped'].values())) == 1680


def test_the_official_split_is_written_as_it_is(
    tool: ModuleType, shared_ael: Path, tmp_path: Path
) -> None:
    tool.main(['official', str(shared_ael), '--out', str(tmp_path)])
    assert Split.read(tmp_path / 'official').sides == Split.read(shared_ael).sides


def test_a_world_file_is_no_image(
    tool: ModuleType, write_tile: Callable[..., Any], tmp_path: Path
) -> None:
    ids = ('30000001', '40000001')
    for index, tile_id in enumerate(ids):
        write_tile(tile_id, corner_m=(1000.0 * index, 0.0))
        for suffix in ('.jgw', '.png.aux.xml'):
            (tmp_path / f'imgs/{tile_id}{suffix}').write_text('0.1')
    tool.main(['leave-one-city-out', str(tmp_path), '--test-city', 'gopeng', '--no-val'])
    folder = tmp_path / 'splits/loco_gopeng_final'
    named = [read_manifest(folder / f'{side}_data.json') for side in ('train', 'test')]
    assert sorted(image for ((image, _),) in named) == [f'{tile_id}.png' for tile_id in ids]


def test_needed_are_a_method_and_a_folder(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        tool.main(['spatial'])
    assert 'needed are a METHOD and a DATA_ROOT' in capsys.readouterr().err
    with pytest.raises(SystemExit, match='holds no annotation; check DATA_ROOT'):
        tool.main(['spatial', str(tmp_path)])
