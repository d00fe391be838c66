from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.datasets.preparation.tile_skyscapes import tile_skyscapes
from lanedet_mm.datasets.skyscapes_classes import SKYSCAPES_LANE_CLASSES

COLOURS = np.array([one.rgb[::-1] for one in SKYSCAPES_LANE_CLASSES], np.uint8)


def read(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))


def make_release(folder: Path, size_hw: tuple[int, int] = (50, 90)) -> dict[str, np.ndarray]:
    """The release's layout in small: two images to train, one to validate, one without label."""
    random = np.random.default_rng(0)
    labels = {}
    for side, name in (('train', 'a'), ('train', 'b'), ('val', 'c'), ('test', 'd')):
        images = folder / side / 'images'
        images.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (*size_hw, 3)).astype(np.uint8)
        cv2.imwrite(str(images / f'{name}.jpg'), pixels)
        if side != 'test':
            labels[name] = random.integers(0, 13, size_hw).astype(np.uint8)
            (folder / side / 'labels/rgb').mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / side / f'labels/rgb/{name}.png'), COLOURS[labels[name]])
    return labels


def test_tiles_hold_what_their_name_says(tmp_path: Path) -> None:
    labels = make_release(tmp_path / 'release')
    out = tmp_path / 'out'
    report = tile_skyscapes(tmp_path / 'release', out, tile_px=32, overlap_px=8)
    assert (report.made, report.kept, report.broken) == (4, 0, ())
    # 50 rows: 0 and 18, flush with the edge; 90 columns: 0, 24, 48 and 58.
    corners = [(row, col) for row in (0, 18) for col in (0, 24, 48, 58)]
    image = read(tmp_path / 'release/train/images/b.jpg')
    for row, col in corners:
        name = f'b_r{row:05d}_c{col:05d}.png'
        here = np.s_[row : row + 32, col : col + 32]
        assert np.array_equal(read(out / 'images' / name), image[here])
        assert np.array_equal(read(out / 'labels' / name), labels['b'][here])
    assert len(list((out / 'images').iterdir())) == 4 * 8
    assert len(list((out / 'labels').iterdir())) == 3 * 8


def test_lists_split_by_image(tmp_path: Path) -> None:
    make_release(tmp_path / 'release')
    out = tmp_path / 'out'
    tile_skyscapes(tmp_path / 'release', out, tile_px=32, overlap_px=8)
    lists = {path.stem: path.read_text().split() for path in out.glob('*.txt')}
    images = {side: sorted({name[0] for name in names}) for side, names in lists.items()}
    assert images == {'train': ['a', 'b'], 'val': ['c'], 'test': ['d'], 'labelled': ['a', 'b', 'c']}
    assert {side: len(names) for side, names in lists.items()} == {
        'train': 16,
        'val': 8,
        'test': 8,
        'labelled': 24,
    }


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    make_release(tmp_path / 'release')
    options = {'tile_px': 32, 'overlap_px': 8}
    tile_skyscapes(tmp_path / 'release', tmp_path / 'out', **options)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / 'out').glob('*/*')}
    again = tile_skyscapes(tmp_path / 'release', tmp_path / 'out', **options)
    assert (again.made, again.kept) == (0, 4)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / 'out').glob('*/*')}


@pytest.mark.parametrize('processes', [1, 2])
def test_broken_images_are_listed_and_keep_the_lists_from_being_written(
    tmp_path: Path, processes: int
) -> None:
    make_release(tmp_path / 'release')
    label = tmp_path / 'release/train/labels/rgb/a.png'
    colours = read(label)
    colours[3, 4] = (1, 2, 3)
    cv2.imwrite(str(label), colours)
    image = tmp_path / 'release/val/images/c.jpg'
    image.write_bytes(image.read_bytes()[:500])
    options = {'tile_px': 32, 'overlap_px': 8, 'processes': processes}
    report = tile_skyscapes(tmp_path / 'release', tmp_path / 'out', **options)
    reasons = [reason for _, reason in report.broken]
    assert 'a.png: 1 pixels' in reasons[0]
    assert 'c.jpg: truncated' in reasons[1]
    assert not (tmp_path / 'out/train.txt').exists()
    tile_skyscapes(tmp_path / 'release', tmp_path / 'out', **options, skip_broken=True)
    assert {name[0] for name in (tmp_path / 'out/train.txt').read_text().split()} == {'b'}
    assert (tmp_path / 'out/val.txt').read_text() == ''


def test_label_of_another_size_and_image_below_a_tile(tmp_path: Path) -> None:
    make_release(tmp_path / 'release')
    label = tmp_path / 'release/val/labels/rgb/c.png'
    cv2.imwrite(str(label), read(label)[:40])
    report = tile_skyscapes(tmp_path / 'release', tmp_path / 'out', tile_px=32, overlap_px=8)
    assert 'is 90 x 40 px' in report.broken[0][1]
    report = tile_skyscapes(tmp_path / 'release', tmp_path / 'other', tile_px=64, overlap_px=8)
    assert len(report.broken) == 4
    assert 'holds no tile of 64 px' in report.broken[0][1]


def test_tiles_of_another_size_need_another_folder(tmp_path: Path) -> None:
    make_release(tmp_path / 'release')
    out = tmp_path / 'out'
    tile_skyscapes(tmp_path / 'release', out, tile_px=32, overlap_px=8)
    for tile_px, overlap_px in ((16, 8), (32, 0)):
        with pytest.raises(ValueError, match=r'was prepared with .*"tile_px": 32.*name another'):
            tile_skyscapes(tmp_path / 'release', out, tile_px=tile_px, overlap_px=overlap_px)


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='needed is the folder of the release'):
        tile_skyscapes(tmp_path, tmp_path / 'out')
    with pytest.raises(ValueError, match='do not move'):
        tile_skyscapes(tmp_path, tmp_path / 'out', tile_px=32, overlap_px=32)
