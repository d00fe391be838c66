"""Roads of a GeoJSON file, and where they pass a raster."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.io import DatasetReader

Line = NDArray[np.float64]


def read_road_lines(path: Path) -> list[Line]:
    """Lines of a GeoJSON file, (longitude, latitude), each shape (N, 2)."""
    try:
        data: Any = json.loads(path.read_bytes())
        found = []
        for feature in data['features']:
            geometry = feature['geometry'] or {'type': None}
            lines = {
                'LineString': lambda one: [one['coordinates']],
                'MultiLineString': lambda one: one['coordinates'],
            }.get(geometry['type'], lambda _: [])(geometry)
            found += [np.array([point[:2] for point in line], float) for line in lines]
    except FileNotFoundError:
        raise ValueError(f'no file of roads {path}') from None
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f'{path} is no GeoJSON of lines ({error!r})') from None
    lines = [line for line in found if len(line) > 1]
    if not lines or any((np.abs(line) > (180, 90)).any() for line in lines):
        raise ValueError(
            f'{path} holds {len(lines)} lines, not all within 180 and 90; needed are some, in '
            'degrees (ogr2ogr -t_srs EPSG:4326 ...)'
        )
    return lines


def points_along(
    roads: Sequence[Line], raster: DatasetReader, scale: float, *, spacing_px: float
) -> Line:
    """Points along the roads that come near a raster, dense enough for no window to slip between.

    Args:
        roads: (longitude, latitude) in degrees, each shape (N, 2).
        raster: Of any projection.
        scale: Pixels of the raster per pixel of a tile.
        spacing_px: Greatest distance of two points, in pixels of a tile.

    Returns:
        (column, row) in pixels of a tile, shape (N, 2).
    """
    from_degrees = Transformer.from_crs(4326, CRS.from_user_input(raster.crs), always_xy=True)
    size_wh = np.array([raster.width, raster.height]) / scale
    found = [np.zeros((0, 2))]
    for line in roads:
        with np.errstate(invalid='ignore'):  # far away, a projection has no place: infinity
            column, row = ~raster.transform @ from_degrees.transform(*line.T)
            points = np.stack([column, row], axis=1) / scale
            lengths = np.hypot(*np.diff(points, axis=0).T)
        legs = np.stack([points[:-1], points[1:]])  # (start and end, leg, column and row)
        near = (legs.max(0) >= 0).all(1) & (legs.min(0) < size_wh).all(1) & np.isfinite(lengths)
        for start, end, length in zip(*legs[:, near], lengths[near], strict=True):
            steps = np.linspace(0, 1, 2 + int(min(length, 1e6) / spacing_px))
            found.append(start + steps[:, None] * (end - start))
    return np.concatenate(found)


def holds_point(points: Line, column: int, row: int, side: int) -> bool:
    """Whether a window has a point in it."""
    inside = (points >= (column, row)) & (points < (column + side, row + side))
    return bool(inside.all(1).any())
