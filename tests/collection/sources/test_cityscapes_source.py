import json
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources import CityscapesSource
from lanedet_mm.imagery import write_image

CAMERA = {
    'extrinsic': {
        'baseline': 0.21, 'pitch': 0.038, 'roll': 0.0, 'x': 1.7, 'y': 0.1, 'yaw': 0.0, 'z': 1.22
    },
    'intrinsic': {'fx': 2262.5, 'fy': 2265.3, 'u0': 1096.98, 'v0': 513.137},
}  # fmt: skip


def write_frame(root: Path, name: str, *, camera: bool = True) -> None:
    city = name.split('_')[0]
    image = np.full((1024, 2048, 3), (200, 150, 100), np.uint8)  # sky
    image[520:] = (60, 70, 80)
    write_image(root / 'leftImg8bit/train' / city / f'{name}_leftImg8bit.png', image)
    if camera:
        path = root / 'camera/train' / city / f'{name}_camera.json'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(CAMERA))


def test_frames_of_the_release_become_tiles_of_ground(tmp_path: Path) -> None:
    for name in ('ulm_000001_000019', 'aachen_000000_000019', 'aachen_000001_000019'):
        write_frame(tmp_path, name)
    source = CityscapesSource(data_root=str(tmp_path), licence='theirs')
    requests = list(source.requests())
    assert [one.key for one in requests] == [
        'train/aachen_000000_000019', 'train/aachen_000001_000019', 'train/ulm_000001_000019'
    ]  # fmt: skip
    assert [one.place for one in requests] == ['aachen', 'aachen', 'ulm']
    tile = source.fetch(requests[0])
    assert tile.image.shape == (512, 512, 3)
    assert (tile.image == (60, 70, 80)).all()  # no sky
    assert tile.gsd_m == 0.025


def test_a_frame_without_its_camera_fails_alone(tmp_path: Path) -> None:
    write_frame(tmp_path, 'ulm_000001_000019', camera=False)
    source = CityscapesSource(data_root=str(tmp_path), licence='theirs')
    (request,) = source.requests()
    with pytest.raises(CollectionError, match='get the camera package too'):
        source.fetch(request)


def test_a_folder_without_photographs_says_what_is_needed(tmp_path: Path) -> None:
    source = CityscapesSource(data_root=str(tmp_path), licence='theirs')
    with pytest.raises(CollectionError, match='the folder that holds leftImg8bit and camera'):
        list(source.requests())
