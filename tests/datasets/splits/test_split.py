import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage
from lanedet_mm.datasets.splits.split import Split
from lanedet_mm.lanes import AnnotationError


def test_writes_manifests_and_how_they_came_about(tmp_path: Path) -> None:
    ids = ['30000001', '30000002', '30000003', '30000004']
    sides = np.array(['train', 'val', 'test', 'train'])
    dropped = np.array([False, False, False, True])
    split = Split.of('mine', ids, sides, dropped, {'method': 'by hand'})
    split.write(tmp_path / 'mine', images={'30000001': '30000001.png'})
    manifest = json.loads((tmp_path / 'mine' / 'train_data.json').read_text())
    assert manifest == {'data': [['imgs/30000001.png', 'json/30000001.json', 'mask/30000001.png']]}
    assert json.loads((tmp_path / 'mine' / 'split.json').read_text()) == {
        'method': 'by hand',
        'tiles': {'train': 1, 'val': 1, 'test': 1},
        'dropped': {'train': ['30000004'], 'val': [], 'test': []},
    }
    assert Split.read(tmp_path / 'mine').sides == split.sides


def test_an_empty_side_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"leaves \['val'\] empty, with 1 tiles dropped"):
        Split.of(
            'mine',
            ['1', '2', '3'],
            np.array(['train', 'val', 'test']),
            np.array([0, 1, 0], bool),
            {},
        )


def test_leakage_by_hand(tmp_path: Path, write_tile: Callable[..., Any]) -> None:
    # Tiles of 64 m. One test tile is covered by half, one touches, one is far away.
    for tile_id, corner in (
        ('30000001', (0, 0)),
        ('30000002', (32, 0)),
        ('30000003', (64, 0)),
        ('30000004', (9000, 0)),
        ('30000005', (0, 64)),
    ):
        write_tile(tile_id, corner_m=corner)
    split = Split(
        'mine',
        {
            'train': ('30000001',),
            'val': ('30000001', '30000005'),
            'test': ('30000002', '30000003', '30000004'),
        },
        {},
    )
    val, test = split.leakage(tmp_path)
    assert val == GroundLeakage('val', 2, 0.5, 0.5)
    assert (test.side, test.tiles) == ('test', 3)
    assert test.overlapping == pytest.approx(1 / 3)
    assert test.ground_seen == pytest.approx(1 / 6)
    assert str(val) == (
        '50.0% of the 2 val tiles overlap training tiles, which cover 50.0% of their ground'
    )


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r'train_data\.json: no such manifest'):
        Split.read(tmp_path)
