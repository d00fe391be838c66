import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from mmengine.registry import init_default_scope

from lanedet_mm.datasets import CentrelineDataset
from lanedet_mm.lanes import AnnotationError


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Two photographs of 80 x 60 px at 0.25 m, with two lanes 3.5 m apart in each."""
    for folder in ('images', 'centrelines'):
        (tmp_path / folder).mkdir()
    for name in ('a', 'b'):
        cv2.imwrite(str(tmp_path / 'images' / f'{name}.png'), np.zeros((60, 80, 3), np.uint8))
        lanes = [[[20, -40], [20, 100]], [[34, -40], [34, 100]]]
        content: dict[str, Any] = {'metres_per_pixel': 0.25, 'lane_centrelines': lanes}
        (tmp_path / 'centrelines' / f'{name}.json').write_text(json.dumps(content))
    return tmp_path


def test_a_photograph_comes_with_its_dividers(photographs: Path) -> None:
    dataset = CentrelineDataset(data_root=str(photographs))
    assert [dataset.get_data_info(index)['tile_id'] for index in range(len(dataset))] == ['a', 'b']
    info = dataset.get_data_info(0)
    assert info['size_wh'] == (80, 60)
    assert info['ground_gsd_m'] == 0.25
    (line,) = info['divider_lines']
    np.testing.assert_allclose(line[:, 0], 27)  # midway between columns 20 and 34
    assert dataset.metainfo['classes'] == ('background', 'marking')


def test_dividers_are_moved_onto_their_paint_and_left_out_without(photographs: Path) -> None:
    image = np.full((60, 80, 3), 70, np.uint8)
    image[:, 29:30] = 250  # in 'a'; 'b' is black
    cv2.imwrite(str(photographs / 'images' / 'a.png'), image)
    dataset = CentrelineDataset(data_root=str(photographs), snap=True)
    painted, bare = (dataset.get_data_info(index)['divider_lines'] for index in range(2))
    np.testing.assert_allclose(painted[0][:, 0], 29)
    assert bare == ()


@pytest.mark.parametrize(
    ('options', 'cities'),
    [({}, ['a', 'new-york']), ({'city_pattern': r'(?<=_)\D+(?=_)'}, ['east', 'west'])],
)
def test_the_city_is_in_the_name(
    photographs: Path, options: dict[str, str], cities: list[str]
) -> None:
    for folder, suffix in (('images', 'png'), ('centrelines', 'json')):
        for name, new in (('a', 'a_east_00'), ('b', 'new-york_west_12_3')):
            (photographs / folder / f'{name}.{suffix}').rename(
                photographs / folder / f'{new}.{suffix}'
            )
    steps = [{'type': one} for one in ('LoadTile', 'DrawWeakMask', 'PackLaneInputs')]
    init_default_scope('lanedet_mm')
    dataset = CentrelineDataset(data_root=str(photographs), pipeline=steps, **options)
    assert [item['data_samples'].metainfo['city'] for item in dataset] == cities


def test_a_name_without_a_city_is_refused(photographs: Path) -> None:
    message = r"a\.json: city_pattern '\\\\d\+' finds no city in the name 'a'; give a regular"
    with pytest.raises(AnnotationError, match=message):
        CentrelineDataset(data_root=str(photographs), city_pattern=r'\d+')


def test_names_choose_photographs_in_their_order(photographs: Path) -> None:
    dataset = CentrelineDataset(data_root=str(photographs), names=['b'])
    assert [info['tile_id'] for info in map(dataset.get_data_info, range(len(dataset)))] == ['b']


@pytest.mark.parametrize(
    ('options', 'kept'),
    [
        ({'cities': ['b']}, ['b']),
        ({'without_cities': ['b', 'elsewhere']}, ['a']),
        ({'cities': 'b'}, ['b']),  # as from a command line
        ({'without_cities': 'abc'}, ['a', 'b']),
        ({'cities': ['a', 'b'], 'without_cities': ['a'], 'names': ['b', 'a']}, ['b']),
    ],
)
def test_cities_choose_photographs(
    photographs: Path, options: dict[str, Any], kept: list[str]
) -> None:
    dataset = CentrelineDataset(data_root=str(photographs), **options)
    assert [info['tile_id'] for info in map(dataset.get_data_info, range(len(dataset)))] == kept


def test_cities_that_leave_nothing_are_refused_with_those_that_there_are(photographs: Path) -> None:
    message = r"none of 2 photographs is left: cities \('miami',\), .*; there are \['a', 'b'\]"
    with pytest.raises(AnnotationError, match=message):
        CentrelineDataset(data_root=str(photographs), cities=['miami'])


def test_what_is_missing_is_named(photographs: Path, tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match='no such file of centrelines'):
        (photographs / 'centrelines' / 'a.json').rename(photographs / 'a.json')
        CentrelineDataset(data_root=str(photographs), names=['a'])
    (photographs / 'images' / 'b.png').unlink()
    with pytest.raises(AnnotationError, match=r"lacks 1 photographs .*\['b'\]"):
        CentrelineDataset(data_root=str(photographs))
    with pytest.raises(AnnotationError, match=r'holds no NAME\.json'):
        CentrelineDataset(data_root=str(tmp_path / 'nowhere'))
