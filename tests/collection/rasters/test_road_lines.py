import json
from pathlib import Path
from typing import Any

import pytest
from made_rasters import WriteRaster, coarse, requests_of, source_of
from pyproj import Transformer


def roads_file(path: Path, *features: dict[str, Any] | None) -> str:
    rows = [{'type': 'Feature', 'properties': {}, 'geometry': one} for one in features]
    path.write_text(json.dumps({'type': 'FeatureCollection', 'features': rows}))
    return str(path)


def line_of(*ends: tuple[float, float]) -> list[list[float]]:
    """Degrees of points that are given as columns and rows of the raster in Paris."""
    to_degrees = Transformer.from_crs(32631, 4326, always_xy=True)
    return [[*to_degrees.transform(450_000 + 0.1 * x, 5_410_000 - 0.1 * y), 35.0] for x, y in ends]


def test_only_windows_along_roads_are_taken(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (32, 32)))  # 4 x 4 windows
    roads = roads_file(
        tmp_path / 'roads.geojson',
        {'type': 'LineString', 'coordinates': line_of((-500, 96), (900, 96))},
        {'type': 'MultiLineString', 'coordinates': [line_of((32, 200), (32, 250))]},
        {'type': 'Point', 'coordinates': [2.3, 48.8]},
        None,
    )
    keys = [one.key for one in requests_of(tmp_path, roads=roads)]
    assert keys == ['a@r64c0', 'a@r64c64', 'a@r64c128', 'a@r64c192', 'a@r192c0']


def test_along_roads_at_another_scale(tmp_path: Path, write_raster: WriteRaster) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (32, 32)))
    line = {'type': 'LineString', 'coordinates': line_of((160, 140), (160, 250))}
    roads = roads_file(tmp_path / 'roads.geojson', line)
    # At 0.2 m the raster is 127 or 128 px: the road is at column 80, from row 70 on.
    keys = [one.key for one in requests_of(tmp_path, roads=roads, gsd_m=0.2)]
    assert len(keys) == 1
    row, column = (int(part) for part in keys[0].removeprefix('a@r').split('c'))
    assert (row, column) == pytest.approx((64, 64), abs=1)


@pytest.mark.filterwarnings('error')
def test_roads_where_the_projection_has_no_place_are_passed_over(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)))
    far = [[93.0, 0.0], [93.0, 0.1], [94.0, 0.0]]  # a quarter of the earth from the zone
    near = line_of((10, 10), (20, 20))
    lines = {'type': 'MultiLineString', 'coordinates': [far, near]}
    torn = {'type': 'LineString', 'coordinates': [near[0], far[0], near[1]]}
    roads = roads_file(tmp_path / 'roads.geojson', lines)
    assert [one.key for one in requests_of(tmp_path, roads=roads)] == ['a@r0c0']
    roads = roads_file(tmp_path / 'roads.geojson', torn)
    assert requests_of(tmp_path, roads=roads) == []


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('[', 'is no GeoJSON of lines'),
        ('{"features": []}', 'holds 0 lines'),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": '
            '[[261000, 6250000], [261100, 6250000]]}}]}',
            'needed are some, in degrees',
        ),
    ],
)
def test_a_file_of_roads_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / 'roads.geojson').write_text(text)
    with pytest.raises(ValueError, match=message):
        source_of(tmp_path, roads=str(tmp_path / 'roads.geojson'))
    with pytest.raises(ValueError, match='no file of roads'):
        source_of(tmp_path, roads=str(tmp_path / 'gone.geojson'))
