import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.datasets.splits.tile_regions import read_regions
from lanedet_mm.lanes import AnnotationError


def test_regions_are_read_without_the_lanes(tmp_path: Path, write_tile: Callable[..., Any]) -> None:
    write_tile('30000001', corner_m=(100, 200))
    path = tmp_path / 'json' / '30000001.json'
    path.write_text(path.read_text()[:-40])  # cut within the lanes
    assert read_regions([path]).tolist() == [[100, 200, 164, 264]]
    assert read_regions([]).shape == (0, 4)


def test_keys_in_another_order(tmp_path: Path, write_tile: Callable[..., Any]) -> None:
    write_tile('30000001', corner_m=(100, 200))
    path = tmp_path / 'json' / '30000001.json'
    annotation = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(annotation.items()))))
    assert read_regions([path]).tolist() == [[100, 200, 164, 264]]
    path.write_text(json.dumps(annotation, sort_keys=True))  # the lanes in the middle
    assert read_regions([path]).tolist() == [[100, 200, 164, 264]]


@pytest.mark.parametrize(
    ('old', 'new', 'message'),
    [
        ('164', '100', 'has no area'),
        ('"EPSG:3857"', '"EPSG:25832"', 'coordinates_type is'),
        ('"region"', '"box"', "key 'region' is missing"),
        ('"region": [100', '"region": [', 'not JSON'),
    ],
)
def test_a_region_that_cannot_be_used_is_named(
    tmp_path: Path, write_tile: Callable[..., Any], old: str, new: str, message: str
) -> None:
    write_tile('30000001', corner_m=(100, 200))
    path = tmp_path / 'json' / '30000001.json'
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(AnnotationError, match=rf'30000001\.json: .*{message}'):
        read_regions([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r'gone\.json: no such annotation'):
        read_regions([tmp_path / 'gone.json'])
