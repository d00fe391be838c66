import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.lanes import AnnotationError, Lane, TileAnnotation
from lanedet_mm.synthesis.rendered_dataset import (
    NetworkOptions,
    render_annotations,
    render_networks,
)

SMALL = NetworkOptions(size_px=64, gsd_range_m=(0.2, 0.3), extent_m=1000.0, seed=5)
REPOSITORY = Path(__file__).parents[2]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a data set, by its place."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob('*'))
        if path.is_file()
    }


@pytest.fixture(scope='module')
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('rendered') / 'one'
    render_networks(out, tiles_per_city=10, options=SMALL, cities=['gopeng', 'valencia'])
    return out


def test_layout_is_that_of_ael(made: Path) -> None:
    manifests = {
        side: json.loads((made / f'{side}_data.json').read_text())['data']
        for side in ('train', 'val', 'test')
    }
    assert {side: len(rows) for side, rows in manifests.items()} == {
        'train': 16,
        'val': 2,
        'test': 2,
    }
    ids = sorted(Path(row[1]).stem for rows in manifests.values() for row in rows)
    assert ids == [f'{city}{index:07d}' for city in (0, 4) for index in range(10)]
    for tile_id in ids:
        tile = TileAnnotation.read(made / 'json' / f'{tile_id}.json')
        image = cv2.imread(str(made / 'imgs' / f'{tile_id}.jpg'))
        assert image is not None
        assert image.shape == (64, 64, 3)
        assert tile.size_wh == (64, 64)
    provenance = json.loads((made / 'dataset.json').read_text())
    assert provenance['tiles'] == {'valencia': 10, 'gopeng': 10}
    assert provenance['options']['seed'] == 5


def test_two_processes_write_the_same_bytes_as_one(made: Path, tmp_path: Path) -> None:
    render_networks(
        tmp_path / 'two',
        tiles_per_city=10,
        options=SMALL,
        cities=['valencia', 'gopeng'],
        processes=2,
    )
    assert files_of(tmp_path / 'two') == files_of(made)


def test_a_killed_run_goes_on_and_ends_with_the_same_files(made: Path, tmp_path: Path) -> None:
    out = tmp_path / 'killed'
    command = [sys.executable, 'tools/render_tiles.py', 'networks', str(out), '--seed', '5']
    command += ['--tiles-per-city', '10', '--cities', 'valencia', 'gopeng', '--size', '64']
    command += ['--gsd', '0.2', '0.3', '--extent', '1000', '--processes', '2']
    run = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(out.glob('json/*.json')) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    there = {path: path.stat().st_mtime_ns for path in out.glob('json/*.json')}
    assert 1 <= len(there) < 20
    time.sleep(0.5)  # its workers end by themselves
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    assert files_of(out) == files_of(made)
    assert all(path.stat().st_mtime_ns == before for path, before in there.items())


def test_more_tiles_of_the_same_can_be_asked_for_but_not_fewer(tmp_path: Path) -> None:
    for count in (1, 3):
        render_networks(tmp_path, tiles_per_city=count, options=SMALL, cities=['nevada'])
        assert len(list((tmp_path / 'imgs').iterdir())) == count
    with pytest.raises(ValueError, match='3 tiles of nevada are there and 2 are asked for'):
        render_networks(tmp_path, tiles_per_city=2, options=SMALL, cities=['nevada'])


def test_another_seed_in_the_same_folder_is_refused(made: Path) -> None:
    other = NetworkOptions(size_px=64, gsd_range_m=(0.2, 0.3), extent_m=1000.0, seed=6)
    before = files_of(made)
    with pytest.raises(ValueError, match=r'holds another data set .*choose another folder'):
        render_networks(made, tiles_per_city=10, options=other, cities=['gopeng', 'valencia'])
    assert files_of(made) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'thesis.tex').write_text('x')
    with pytest.raises(ValueError, match=r'is not empty and has no dataset\.json'):
        render_networks(tmp_path, tiles_per_city=1, options=SMALL)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'gsd_range_m': (0.3, 0.1)}, '0 < least <= greatest'),
        ({'gsd_range_m': (0.0, 0.1)}, '0 < least <= greatest'),
        ({'size_px': 8}, '16 px at least'),
        ({'quality': 0}, 'a quality from 1 to 100'),
        ({'seed': -1}, 'a seed from 0 on'),
        ({'extent_m': 10.0}, 'needed is 1000.0 at least'),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NetworkOptions(**options)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        ({'tiles_per_city': 0}, 'tiles_per_city is 0'),
        ({'tiles_per_city': 1, 'cities': ['atlantis']}, 'needed are some of valencia'),
        ({'tiles_per_city': 1, 'cities': []}, 'needed are some of valencia'),
        ({'tiles_per_city': 1, 'processes': 0}, 'processes is 0'),
    ],
)
def test_bad_arguments_are_refused(
    arguments: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        render_networks(tmp_path / 'out', options=SMALL, **arguments)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three annotations of 96 x 80 px and manifests that name them and one that is not there."""
    folder = tmp_path / 'source'
    (folder / 'json').mkdir(parents=True)
    for tile_id in ('00000007', '30000001', '60000002'):
        lane = Lane(np.array([[10.0, -5.0], [60.0, 90.0]]), road_id='1', lane_id='2')
        region = (0.0, 6000000.0, 24.0, 6000020.0)
        TileAnnotation(region, (96, 80), 0.25, (lane,)).write(folder / 'json' / f'{tile_id}.json')
    for side, ids in (
        ('train', ['60000002', '50000009']),
        ('val', ['30000001']),
        ('test', ['00000007']),
    ):
        rows = [[f'/far/imgs/{each}.jpg', f'/far/json/{each}.json', 'm'] for each in ids]
        (folder / f'{side}_data.json').write_text(json.dumps({'data': rows}))
    return folder


def test_annotations_get_images_and_keep_their_split(source: Path, tmp_path: Path) -> None:
    out = tmp_path / 'out'
    made = render_annotations(out, json_dir=source / 'json', manifest_dir=source)
    assert made['tiles'] == {'valencia': 1, 'glasgow': 1, 'sao_paulo': 1}
    for path in (source / 'json').iterdir():
        assert (out / 'json' / path.name).read_bytes() == path.read_bytes()
        image = cv2.imread(str(out / 'imgs' / f'{path.stem}.jpg'))
        assert image is not None
        assert image.shape == (80, 96, 3)
    rows = json.loads((out / 'train_data.json').read_text())['data']
    assert rows == [['imgs/60000002.jpg', 'json/60000002.json', 'mask/60000002.jpg']]


def test_a_changed_annotation_is_rendered_again_and_no_other(source: Path, tmp_path: Path) -> None:
    out = tmp_path / 'out'
    render_annotations(out, json_dir=source / 'json')
    before = files_of(out)
    path = source / 'json' / '30000001.json'
    path.write_text(path.read_text().replace('60.0', '30.0'))
    render_annotations(out, json_dir=source / 'json')
    after = files_of(out)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {'imgs/30000001.jpg', 'json/30000001.json'}


def test_a_broken_annotation_fails_the_run_but_not_the_others(source: Path, tmp_path: Path) -> None:
    out = tmp_path / 'out'
    (source / 'json' / '30000001.json').write_text('{"lanes": [')
    with pytest.raises(ExceptionGroup, match='1 of 3 tiles failed') as caught:
        render_annotations(out, json_dir=source / 'json', processes=2)
    (error,) = caught.value.exceptions
    assert isinstance(error, AnnotationError)
    assert '30000001.json' in str(error)
    assert {path.stem for path in (out / 'imgs').iterdir()} == {'00000007', '60000002'}


def test_bad_folders_are_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='holds no annotations'):
        render_annotations(tmp_path / 'out', json_dir=tmp_path)
    (source / 'val_data.json').write_text('{"rows": []}')
    with pytest.raises(AnnotationError, match=r'val_data\.json: not an AEL manifest'):
        render_annotations(tmp_path / 'out', json_dir=source / 'json', manifest_dir=source)
    (source / 'val_data.json').unlink()
    with pytest.raises(AnnotationError, match=r'val_data\.json: no such manifest'):
        render_annotations(tmp_path / 'out', json_dir=source / 'json', manifest_dir=source)
    (source / 'json' / '90000001.json').write_text('{}')
    with pytest.raises(AnnotationError, match='names no city'):
        render_annotations(tmp_path / 'out', json_dir=source / 'json')
