"""The lanes of one tile, in AEL's JSON."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lanedet_mm.lanes.annotation_error import AnnotationError
from lanedet_mm.lanes.ground_scale import ground_scale
from lanedet_mm.lanes.lane import Lane

Box = tuple[float, float, float, float]
_SCALE_TOLERANCE = 0.01  # AEL's own region and scale agree to 1e-6


@dataclass(frozen=True, eq=False)
class TileAnnotation:
    """The lanes of one tile and where the tile lies.

    Attributes:
        region: (xmin, ymin, xmax, ymax) in Web Mercator metres, EPSG:3857.
        size_wh: Width and height of the tile in pixels.
        meters_per_pixel: Web Mercator metres per pixel, not ground metres.
        lanes: The lanes; rows of their vertices count downwards from ymax.
    """

    region: Box
    size_wh: tuple[int, int]
    meters_per_pixel: float
    lanes: tuple[Lane, ...]

    @property
    def ground_gsd_m(self) -> float:
        """Ground metres per pixel at the middle of the tile."""
        return self.meters_per_pixel * ground_scale((self.region[1] + self.region[3]) / 2)

    @classmethod
    def read(cls, path: Path | str) -> 'TileAnnotation':
        """Read one AEL JSON file; `AnnotationError` names the file and what is wrong with it."""
        try:
            data = json.loads(Path(path).read_bytes())
        except FileNotFoundError:
            raise AnnotationError(path, 'no such annotation; check the manifest') from None
        except ValueError as error:
            raise AnnotationError(path, f'not JSON ({error}); get the file again') from None
        try:
            return cls.from_dict(data)
        except AnnotationError as error:
            raise AnnotationError(path, error.reason) from None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> 'TileAnnotation':
        """Check and convert what AEL's JSON holds; `AnnotationError` says what is wrong."""
        try:
            crs = data['coordinates_type']
            xmin, ymin, xmax, ymax = (float(value) for value in data['region'])
            width, height = (int(value) for value in data['resolution'])
            meters_per_pixel = float(data['meters_per_pixel'])
            lanes = tuple(_lane(lane) for lane in data['lanes'])
        except AnnotationError:
            raise
        except KeyError as error:
            raise AnnotationError(None, f'key {error} is missing') from None
        except (AttributeError, TypeError, ValueError) as error:
            raise AnnotationError(None, f'not an AEL annotation ({error})') from None
        if crs != 'EPSG:3857':
            raise AnnotationError(None, f'coordinates_type is {crs!r}; needed is EPSG:3857')
        if not meters_per_pixel > 0:
            raise AnnotationError(
                None, f'meters_per_pixel is {meters_per_pixel}; needed is a number above 0'
            )
        if not (xmax > xmin and ymax > ymin):
            raise AnnotationError(
                None, f'region {data["region"]} has no area; needed is xmin < xmax, ymin < ymax'
            )
        expected = ((xmax - xmin) / meters_per_pixel, (ymax - ymin) / meters_per_pixel)
        if min(width, height) < 1 or not np.allclose(
            (width, height), expected, rtol=_SCALE_TOLERANCE
        ):
            raise AnnotationError(
                None,
                f'resolution {width} x {height} px does not fit region and meters_per_pixel, '
                f'which give {expected[0]:.1f} x {expected[1]:.1f} px',
            )
        return cls((xmin, ymin, xmax, ymax), (width, height), meters_per_pixel, lanes)

    def to_dict(self) -> dict[str, Any]:
        """What AEL's JSON holds."""
        return {
            'coordinates_type': 'EPSG:3857',
            'region': list(self.region),
            'resolution': list(self.size_wh),
            'meters_per_pixel': self.meters_per_pixel,
            'lanes': [
                {
                    'road_id': lane.road_id,
                    'lane_id': lane.lane_id,
                    'single': lane.single,
                    'white': lane.white,
                    'solid': lane.solid,
                    'vertices': np.round(lane.vertices, 3).tolist(),
                }
                for lane in self.lanes
            ],
        }

    def write(self, path: Path | str) -> None:
        """Write AEL's JSON; the file is there whole or not at all."""
        path = Path(path)
        with tempfile.NamedTemporaryFile(
            'w', dir=path.parent, prefix=f'.{path.name}.', delete=False
        ) as file:
            json.dump(self.to_dict(), file)
        Path(file.name).chmod(0o644)
        os.replace(file.name, path)  # noqa: PTH105 - atomic, and says so


def _lane(data: dict[str, Any]) -> Lane:
    """One entry of `lanes`."""
    name = data.get('lane_id', '?')
    vertices = np.asarray(data['vertices'], np.float64)
    if vertices.ndim != 2 or vertices.shape[1:] != (2,) or len(vertices) < 2:
        raise AnnotationError(
            None,
            f'lane {name} has vertices of shape {vertices.shape}; needed are at least two '
            '[column, row] pairs',
        )
    if not np.isfinite(vertices).all():
        raise AnnotationError(None, f'lane {name} has a vertex that is not finite')
    kind = [data[key] for key in ('single', 'white', 'solid')]
    if not all(isinstance(value, bool) for value in kind):
        raise AnnotationError(
            None, f'lane {name}: single, white, solid are {kind}; needed are booleans'
        )
    single, white, solid = kind
    road_id, lane_id = (str(data.get(key, '')) for key in ('road_id', 'lane_id'))
    return Lane(vertices, single, white, solid, road_id, lane_id)
