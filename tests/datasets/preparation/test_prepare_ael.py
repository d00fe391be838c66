import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.datasets import AELDataset
from lanedet_mm.datasets.preparation.prepare_ael import prepare_ael
from lanedet_mm.lanes import AnnotationError, Lane

TRAIN, VAL = ['30000001', '30000002', '30000003'], ['60000001']


@pytest.fixture
def release(
    tmp_path: Path, write_tile: Callable[..., Any], write_manifest: Callable[..., Any]
) -> Path:
    for tile_id in (*TRAIN, *VAL):
        write_tile(tile_id, suffix='.jpg')
    write_manifest(TRAIN, 'train_data.json')
    write_manifest(VAL, 'val_data.json')
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob('*'))
        if path.is_file()
    }


def test_masks_and_manifests(release: Path, tmp_path: Path) -> None:
    out = tmp_path / 'out'
    report = prepare_ael(release, out)
    assert (report.made, report.kept, report.broken) == (4, 0, ())
    mask = cv2.imread(str(out / 'mask' / '30000001.png'), cv2.IMREAD_UNCHANGED)
    expected = np.zeros((64, 64), np.uint8)
    expected[:, 31:34] = 1
    np.testing.assert_array_equal(mask, expected)
    assert sorted(path.name for path in out.iterdir()) == [
        'imgs', 'json', 'mask', 'prepare.json', 'train_data.json', 'val_data.json'
    ]  # fmt: skip
    assert len(AELDataset(data_root=str(out))) == 3
    assert len(AELDataset(data_root=str(out), manifest='val_data.json')) == 1


def test_a_second_run_does_nothing(release: Path, tmp_path: Path) -> None:
    out = tmp_path / 'out'
    prepare_ael(release, out)
    masks = sorted((out / 'mask').iterdir())
    before = [path.stat().st_mtime_ns for path in masks]
    report = prepare_ael(release, out)
    assert (report.made, report.kept) == (0, 4)
    assert [path.stat().st_mtime_ns for path in masks] == before


def break_tiles(release: Path) -> None:
    image = release / 'imgs' / '30000001.jpg'
    image.write_bytes(image.read_bytes()[:-9])
    annotation = release / 'json' / '30000002.json'
    annotation.write_text(annotation.read_text()[:-9])
    (release / 'imgs' / '60000001.jpg').unlink()


def test_broken_tiles_are_listed_and_no_manifest_is_written(release: Path, tmp_path: Path) -> None:
    break_tiles(release)
    report = prepare_ael(release, tmp_path / 'out', processes=2)
    reasons = [reason for _, reason in report.broken]
    assert len(reasons) == 3
    assert '30000001.jpg: truncated' in reasons[0]
    assert '30000002.json: not JSON' in reasons[1]
    assert '60000001.jpg: no such image' in reasons[2]
    assert not list((tmp_path / 'out').glob('*_data.json'))


def test_broken_tiles_can_be_left_out(
    release: Path, tmp_path: Path, write_manifest: Callable[..., Any]
) -> None:
    break_tiles(release)
    write_manifest(['30000003'], 'val_data.json')
    prepare_ael(release, tmp_path / 'out', skip_broken=True)
    dataset = AELDataset(data_root=str(tmp_path / 'out'))
    assert [info['tile_id'] for info in dataset] == ['30000003']
    assert [path.stem for path in (tmp_path / 'out' / 'json').iterdir()] == ['30000003']


def test_lanes_that_cannot_be_and_cities_that_are_not_are_broken(
    release: Path,
    tmp_path: Path,
    write_tile: Callable[..., Any],
    write_manifest: Callable[..., Any],
) -> None:
    write_tile('30000002', suffix='.jpg', lanes=[Lane(np.array([[3.0, 4.0]]))])
    write_tile('90000001', suffix='.jpg')
    write_tile('30000003', suffix='.jpg', lanes=[Lane(np.array([[-1e9, 5.0], [1e9, 5.0]]))])
    write_manifest([*TRAIN, '90000001'], 'train_data.json')
    report = prepare_ael(release, tmp_path / 'out')
    reasons = [reason for _, reason in report.broken]
    assert '30000002.json: lane  has vertices' in reasons[0]
    assert "90000001.json: tile id '90000001' names no city" in reasons[1]
    assert len(reasons) == 2
    mask = cv2.imread(str(tmp_path / 'out' / 'mask' / '30000003.png'), cv2.IMREAD_UNCHANGED)
    assert np.flatnonzero(mask.any(1)).tolist() == [4, 5, 6]  # far outside is clipped


def test_another_taxonomy_needs_another_folder(release: Path, tmp_path: Path) -> None:
    prepare_ael(release, tmp_path / 'out')
    with pytest.raises(ValueError, match=r'was prepared with .*"white".*delete it or name another'):
        prepare_ael(release, tmp_path / 'out', taxonomy='full')
    with pytest.raises(ValueError, match='is the release itself'):
        prepare_ael(release, release)


def test_what_is_no_release_is_refused(tmp_path: Path, write_manifest: Callable[..., Any]) -> None:
    with pytest.raises(FileNotFoundError, match='needed is an AEL release'):
        prepare_ael(tmp_path, tmp_path / 'out')
    write_manifest([])
    with pytest.raises(AnnotationError, match='names no tile'):
        prepare_ael(tmp_path, tmp_path / 'out')


def test_a_killed_run_is_finished_by_the_next(
    tmp_path: Path, write_tile: Callable[..., Any], write_manifest: Callable[..., Any]
) -> None:
    ids = [f'3{number:07d}' for number in range(300)]
    for tile_id in ids:
        write_tile(tile_id)
    write_manifest([*ids])
    out = tmp_path / 'out'
    process = multiprocessing.get_context('fork').Process(target=prepare_ael, args=(tmp_path, out))
    process.start()
    while len(list(out.glob('mask/*.png'))) < 5 and process.is_alive():
        time.sleep(0.001)
    process.kill()
    process.join()
    done = len(list(out.glob('mask/*.png')))
    assert 5 <= done < 300, 'killed too late to show anything'
    report = prepare_ael(tmp_path, out, processes=2)
    assert report.kept >= 5
    assert report.made + report.kept == 300
    prepare_ael(tmp_path, tmp_path / 'at once')
    killed, at_once = files(out), files(tmp_path / 'at once')
    assert killed == at_once
