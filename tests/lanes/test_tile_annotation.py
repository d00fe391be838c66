import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.lanes import AnnotationError, Lane, TileAnnotation

# 60 degrees north and south: one Mercator metre is half a metre of ground.
Y_60_M = 8399737.89


def ael_json(**changes: object) -> dict[str, Any]:
    data = {
        'coordinates_type': 'EPSG:3857',
        'region': [1000.0, 2000.0, 1128.0, 2064.0],
        'resolution': [512, 256],
        'meters_per_pixel': 0.25,
        'lanes': [
            {
                'road_id': '00002300',
                'lane_id': '00000300',
                'single': True,
                'white': True,
                'solid': False,
                'vertices': [[688, -741], [687.5, 735]],
            }
        ],
    }
    return {**data, **changes}


def lane_json(**changes: object) -> list[dict[str, Any]]:
    return [{**ael_json()['lanes'][0], **changes}]


def test_reads_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / '30000001.json'
    path.write_text(json.dumps(ael_json()))
    annotation = TileAnnotation.read(path)
    assert annotation.region == (1000, 2000, 1128, 2064)
    assert annotation.size_wh == (512, 256)
    assert annotation.meters_per_pixel == 0.25
    (lane,) = annotation.lanes
    assert lane.vertices.tolist() == [[688, -741], [687.5, 735]]
    assert (lane.single, lane.white, lane.solid) == (True, True, False)
    assert (lane.road_id, lane.lane_id) == ('00002300', '00000300')


def test_writes_what_it_reads(tmp_path: Path) -> None:
    TileAnnotation.from_dict(ael_json()).write(tmp_path / 'a.json')
    assert json.loads((tmp_path / 'a.json').read_text()) == ael_json()
    assert [path.name for path in tmp_path.iterdir()] == ['a.json']


@pytest.mark.parametrize(('y_m', 'gsd_m'), [(0, 0.25), (Y_60_M, 0.125), (-Y_60_M, 0.125)])
def test_ground_metres_are_fewer_than_mercator_metres(y_m: float, gsd_m: float) -> None:
    annotation = TileAnnotation((0, y_m - 32, 128, y_m + 32), (512, 256), 0.25, ())
    assert annotation.ground_gsd_m == pytest.approx(gsd_m, rel=1e-6)


def test_vertices_far_outside_are_kept() -> None:
    data = ael_json(lanes=lane_json(vertices=[[-1e9, 5], [1e9, 5]]))
    assert TileAnnotation.from_dict(data).lanes[0].vertices[1, 0] == 1e9


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        ({'coordinates_type': 'EPSG:4326'}, "coordinates_type is 'EPSG:4326'; needed is EPSG:3857"),
        ({'region': [0, 0, 0, 10]}, r'region \[0, 0, 0, 10\] has no area'),
        ({'region': [0, 10, 10, 0]}, 'has no area'),
        ({'region': [0, 0, 10]}, 'not an AEL annotation'),
        ({'resolution': [512, 512]}, 'resolution 512 x 512 px does not fit'),
        ({'resolution': [0, 256]}, 'does not fit'),
        ({'meters_per_pixel': 0.5}, 'which give 256.0 x 128.0 px'),
        ({'meters_per_pixel': 0}, 'meters_per_pixel is 0'),
        ({'meters_per_pixel': 'fine'}, 'not an AEL annotation'),
        ({'region': [0, 0, float('nan'), 10]}, 'has no area'),
        ({'lanes': None}, 'not an AEL annotation'),
        ({'lanes': ['00000300']}, 'not an AEL annotation'),
        ({'lanes': lane_json(vertices=[[1, 2]])}, r'lane 00000300 has vertices of shape \(1, 2\)'),
        ({'lanes': lane_json(vertices=[])}, 'at least two'),
        ({'lanes': lane_json(vertices=[[1, 2], [3]])}, 'not an AEL annotation'),
        ({'lanes': lane_json(vertices=[[1, 2], [3, float('inf')]])}, 'vertex that is not finite'),
        ({'lanes': lane_json(white='True')}, 'needed are booleans'),
        ({'lanes': [{'lane_id': '1'}]}, "key 'vertices' is missing"),
    ],
)
def test_what_cannot_be_true_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = tmp_path / '30000001.json'
    path.write_text(json.dumps(ael_json(**changes)))
    with pytest.raises(AnnotationError, match=message) as error:
        TileAnnotation.read(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize('key', list(ael_json()))
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    data = ael_json()
    del data[key]
    with pytest.raises(AnnotationError, match=f"key '{key}' is missing"):
        TileAnnotation.from_dict(data)


def test_json_cut_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / '30000001.json'
    path.write_text(json.dumps(ael_json())[:150])
    with pytest.raises(AnnotationError, match=r'30000001\.json: not JSON'):
        TileAnnotation.read(path)


@pytest.mark.parametrize('text', ['[]', '3', 'null'])
def test_json_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / '30000001.json'
    path.write_text(text)
    with pytest.raises(AnnotationError, match='not an AEL annotation'):
        TileAnnotation.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r'nowhere\.json: no such annotation'):
        TileAnnotation.read(tmp_path / 'nowhere.json')


def test_the_error_survives_a_process_pool() -> None:
    error = pickle.loads(pickle.dumps(AnnotationError('a.json', 'is bad')))
    assert str(error) == 'a.json: is bad'


def test_annotations_are_told_apart_by_identity() -> None:
    lane = Lane(np.zeros((2, 2)))
    assert lane == lane
    assert lane != Lane(np.zeros((2, 2)))
