"""Tiny releases in AEL's layout, made on the spot."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from lanedet_mm.lanes import Lane, TileAnnotation

WriteTile = Callable[..., TileAnnotation]
WriteManifest = Callable[..., Path]


@pytest.fixture
def write_tile(tmp_path: Path) -> WriteTile:
    """Write one tile below `tmp_path`: `write_tile('30000001', corner_m=(0, 0), lanes=[...])`.

    A tile is 64 px of 1 Mercator metre, grey, with one white solid line down column 32.
    """

    def write(
        tile_id: str,
        *,
        corner_m: tuple[float, float] = (0.0, 0.0),
        size_px: int = 64,
        meters_per_pixel: float = 1.0,
        lanes: Sequence[Lane] | None = None,
        image: np.ndarray | None = None,
        suffix: str = '.png',
    ) -> TileAnnotation:
        for folder in ('imgs', 'json'):
            (tmp_path / folder).mkdir(exist_ok=True)
        if lanes is None:
            lanes = [Lane(np.array([[32.0, -10.0], [32.0, size_px + 10.0]]))]
        side = size_px * meters_per_pixel
        region = (*corner_m, corner_m[0] + side, corner_m[1] + side)
        annotation = TileAnnotation(region, (size_px, size_px), meters_per_pixel, tuple(lanes))
        annotation.write(tmp_path / 'json' / f'{tile_id}.json')
        if image is None:
            image = np.full((size_px, size_px, 3), 90, np.uint8)
        cv2.imwrite(str(tmp_path / 'imgs' / f'{tile_id}{suffix}'), image)
        return annotation

    return write


@pytest.fixture
def write_manifest(tmp_path: Path) -> WriteManifest:
    """Write a manifest as AEL has it: absolute paths of another machine."""

    def write(tile_ids: Sequence[str], name: str = 'train_data.json') -> Path:
        rows = [
            [f'/home/them/imgs/{one}.jpg', f'/home/them/json/{one}.json', f'/home/them/{one}.jpg']
            for one in tile_ids
        ]
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({'data': rows}))
        return tmp_path / name

    return write


@pytest.fixture(scope='session')
def find_shared() -> Callable[[str], Path]:
    """A folder of the reference data beside the project; skips where this machine has none."""

    def find(name: str) -> Path:
        beside = Path(__file__).parents[2] / 'shared'
        folder = Path(os.environ.get('LANEDET_SHARED', beside)) / name
        if not folder.is_dir():
            pytest.skip(f'{folder} is not here; set LANEDET_SHARED')
        return folder

    return find


@pytest.fixture
def shared_ael(find_shared: Callable[[str], Path]) -> Path:
    """AEL's annotation files, where this machine has them."""
    return find_shared('ael/json').parent
