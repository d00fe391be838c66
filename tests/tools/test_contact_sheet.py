from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from lanedet_mm.lanes import Lane, TileAnnotation


@pytest.fixture(scope='module')
def tool(load_tool: Callable[[str], ModuleType]) -> ModuleType:
    return load_tool('contact_sheet.py')


def test_each_tile_stands_beside_its_lanes(tool: ModuleType, tmp_path: Path) -> None:
    for name in ('imgs', 'json'):
        (tmp_path / name).mkdir()
    lane = Lane(np.array([[32.0, -5.0], [32.0, 70.0]]))
    for tile_id, grey in (('00000000', 50), ('60000000', 200)):
        image = np.full((64, 64, 3), grey, np.uint8)
        cv2.imwrite(str(tmp_path / 'imgs' / f'{tile_id}.jpg'), image)
        tile = TileAnnotation((0.0, 0.0, 16.0, 16.0), (64, 64), 0.25, (lane,))
        tile.write(tmp_path / 'json' / f'{tile_id}.json')
    sheet = tmp_path / 'sheet.png'
    tool.main([str(sheet), str(tmp_path), '--columns', '1', '--rows', '2', '--size', '64'])
    drawn = cv2.imread(str(sheet))
    assert drawn is not None
    assert drawn.shape == (128, 128, 3)
    np.testing.assert_allclose(drawn[10, 10], 50, atol=3)
    np.testing.assert_allclose(drawn[74, 10], 200, atol=3)
    np.testing.assert_allclose(drawn[30, 64 + 32], (50, 60, 230), atol=3)  # BGR of white solid
    np.testing.assert_allclose(drawn[30, 32], 50, atol=3)


def test_a_folder_without_images_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r'holds no imgs/\*\.jpg'):
        tool.main([str(tmp_path / 'sheet.png'), str(tmp_path)])


def test_a_broken_image_is_named(tool: ModuleType, tmp_path: Path) -> None:
    for name in ('imgs', 'json'):
        (tmp_path / name).mkdir()
    (tmp_path / 'imgs' / '00000000.jpg').write_bytes(b'no image')
    tile = TileAnnotation((0.0, 0.0, 16.0, 16.0), (64, 64), 0.25, ())
    tile.write(tmp_path / 'json' / '00000000.json')
    with pytest.raises(SystemExit, match=r'00000000\.jpg: no image that OpenCV reads'):
        tool.main([str(tmp_path / 'sheet.png'), str(tmp_path)])
