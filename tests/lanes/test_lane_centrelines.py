import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.lanes.annotation_error import AnnotationError
from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, move_line

LANE = [[1, 2], [3.5, 4]]


def write(path: Path, **content: Any) -> Path:  # noqa: ANN401 - JSON
    path.write_text(json.dumps({'metres_per_pixel': 0.125, 'lane_centrelines': [LANE], **content}))
    return path


def test_every_part_is_read(tmp_path: Path) -> None:
    link, polygon = [[3.5, 4], [9, 9]], [[0, 0], [5, 0], [5, 5]]
    path = write(tmp_path / 'a.json', turning_links=[link], masked_out_polygons=[polygon])
    read = LaneCentrelines.read(path)
    assert read.gsd_m == 0.125
    assert [line.tolist() for line in read.lanes] == [LANE]
    assert [line.tolist() for line in read.turns] == [link]
    assert [line.tolist() for line in read.unknown] == [polygon]


def test_links_and_polygons_may_be_missing(tmp_path: Path) -> None:
    read = LaneCentrelines.read(write(tmp_path / 'a.json'))
    assert (len(read.lanes), read.turns, read.unknown) == (1, (), ())


def test_what_is_no_line_and_no_polygon_is_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / 'a.json',
        lane_centrelines=[[[1, 1]], LANE, []],
        masked_out_polygons=[[[0, 0], [5, 5]]],
    )
    read = LaneCentrelines.read(path)
    assert [line.tolist() for line in read.lanes] == [LANE]
    assert read.unknown == ()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r'nowhere\.json: no such file of centrelines'):
        LaneCentrelines.read(tmp_path / 'nowhere.json')


@pytest.mark.parametrize(
    'text',
    [
        'no JSON',
        '[]',
        '{"lane_centrelines": []}',
        '{"metres_per_pixel": 0.1}',
        '{"metres_per_pixel": "coarse", "lane_centrelines": []}',
        '{"metres_per_pixel": 0.1, "lane_centrelines": [[[1, 2, 3], [4, 5]]]}',
        '{"metres_per_pixel": 0.1, "lane_centrelines": [[["a", "b"], ["c", "d"]]]}',
    ],
)
def test_a_broken_file_says_what_is_needed(tmp_path: Path, text: str) -> None:
    (tmp_path / 'a.json').write_text(text)
    with pytest.raises(AnnotationError, match='needed are metres_per_pixel and lane_centrelines'):
        LaneCentrelines.read(tmp_path / 'a.json')


@pytest.mark.parametrize('gsd_m', [0, -0.1])
def test_a_scale_that_cannot_be_is_refused(tmp_path: Path, gsd_m: float) -> None:
    with pytest.raises(AnnotationError, match='needed is more than 0'):
        LaneCentrelines.read(write(tmp_path / 'a.json', metres_per_pixel=gsd_m))


def test_an_affine_map_turns_scales_and_shifts() -> None:
    quarter = np.array([[0.0, -2, 10], [2, 0, 20]])
    np.testing.assert_array_equal(move_line(np.array(LANE), quarter), [[6, 22], [2, 27]])


def test_a_finer_crop_has_fewer_metres_a_pixel_in_every_part() -> None:
    line = np.array(LANE)
    mirrored = np.array([[-2.0, 0, 50], [0, 2, 0]])
    moved = LaneCentrelines(0.25, (line,), (line + 1,), (line + 2,)).moved(mirrored)
    assert moved.gsd_m == pytest.approx(0.125)
    parts = (moved.lanes, moved.turns, moved.unknown)
    assert [part[0][0].tolist() for part in parts] == [[48, 4], [46, 6], [44, 8]]
