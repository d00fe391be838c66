from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import SkyScapesSource

Manifest = Callable[[Path], list[dict[str, Any]]]


def write_release(root: Path) -> None:
    """One image a side, of one name, with the labels that the release has beside it."""
    for seed, side in enumerate(('train', 'val', 'test')):
        cells = np.random.default_rng(seed).integers(0, 256, (10, 14, 3), dtype=np.uint8)
        image = cells.repeat(8, 0).repeat(8, 1)  # 80 x 112 px
        for folder in ('images', 'labels/grayscale/lane', 'labels/rgb/lane'):
            (root / side / folder).mkdir(parents=True)
        cv2.imwrite(str(root / side / 'images' / 'munich.jpg'), image)
        for folder in ('grayscale', 'rgb'):
            cv2.imwrite(str(root / side / 'labels' / folder / 'lane' / 'munich.png'), image)


def source_of(root: Path, **options: Any) -> SkyScapesSource:  # noqa: ANN401
    return SkyScapesSource(data_root=str(root), licence='theirs', tile_px=64, **options)


def test_only_training_images_are_taken_and_no_labels(tmp_path: Path) -> None:
    write_release(tmp_path)
    source = source_of(tmp_path)
    requests = list(source.requests())
    assert [one.key for one in requests] == [
        f'train/munich@r{row}c{column}' for row in (0, 16) for column in (0, 48)
    ]
    assert {one.region for one in requests} == {None}
    tile = source.fetch(requests[3])
    assert tile.gsd_m == 0.13
    stored = cv2.imread(str(tmp_path / 'train' / 'images' / 'munich.jpg'))
    np.testing.assert_array_equal(tile.image, stored[16:, 48:])


def test_an_image_is_decoded_once_for_its_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(tmp_path)
    read: list[Path] = []

    def note(path: Path) -> np.ndarray:
        read.append(path)
        return cv2.imread(str(path))

    monkeypatch.setattr('lanedet_mm.collection.sources.image_windows.read_image', note)
    source = source_of(tmp_path, sides=('train', 'val'))
    for request in source.requests():
        source.fetch(request)
    assert read == [tmp_path / side / 'images' / 'munich.jpg' for side in ('train', 'val')]


def test_images_of_one_name_on_two_sides_are_two_images(tmp_path: Path, manifest: Manifest) -> None:
    write_release(tmp_path)
    source = {'type': 'SkyScapesSource', 'data_root': str(tmp_path), 'licence': 'theirs'}
    sides = ('test', 'train')
    Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 80, 'sides': sides}])
    keys = [row['key'] for row in manifest(tmp_path / 'out')]
    assert keys == [f'{side}/munich@r0c{column}' for side in sides for column in (0, 32)]


def test_a_broken_or_small_image_fails_and_the_others_go_on(
    tmp_path: Path, manifest: Manifest
) -> None:
    write_release(tmp_path)
    folder = tmp_path / 'train' / 'images'
    (folder / 'a.jpg').write_text('no image')
    cv2.imwrite(str(folder / 'b.jpg'), np.zeros((40, 100, 3), np.uint8))
    source = {'type': 'SkyScapesSource', 'data_root': str(tmp_path), 'licence': 'theirs'}
    report = Collector(out=tmp_path / 'out').collect([{**source, 'tile_px': 80}])
    assert len(manifest(tmp_path / 'out')) == 2
    assert 'a.jpg: no image' in report.failures['skyscapes'][0]
    assert 'b.jpg has 100 x 40 px; needed are 80 x 80' in report.failures['skyscapes'][1]


def test_another_folder_says_what_is_needed(tmp_path: Path) -> None:
    write_release(tmp_path)
    with pytest.raises(CollectionError, match='the release that holds train, val and test'):
        list(source_of(tmp_path / 'train').requests())
