"""Centrelines of the lanes of a photograph: where traffic drives, not where paint is."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes.annotation_error import AnnotationError

Line = NDArray[np.float64]


@dataclass(frozen=True)
class LaneCentrelines:
    """Centrelines in the pixels of their photograph.

    Attributes:
        gsd_m: Ground metres per pixel.
        lanes: Centrelines in driving direction, each (column, row), shape (N, 2).
        turns: Links over junctions, between the end of a lane and the begin of another.
        unknown: Polygons of ground of which nothing is said.
    """

    gsd_m: float
    lanes: tuple[Line, ...]
    turns: tuple[Line, ...] = ()
    unknown: tuple[Line, ...] = ()

    @classmethod
    def read(cls, path: Path | str) -> 'LaneCentrelines':
        """Read a JSON file.

        Its keys are `metres_per_pixel`, `lane_centrelines`, and, where there are any,
        `turning_links` and `masked_out_polygons`: lists of lists of [column, row].

        Raises:
            AnnotationError: If the file is missing or is no such file.
        """
        try:
            data = json.loads(Path(path).read_bytes())
            gsd_m = float(data['metres_per_pixel'])
            lanes = _lines(data['lane_centrelines'], least=2)
            turns = _lines(data.get('turning_links', []), least=2)
            unknown = _lines(data.get('masked_out_polygons', []), least=3)
        except FileNotFoundError:
            raise AnnotationError(path, 'no such file of centrelines') from None
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise AnnotationError(
                path,
                f'not centrelines ({error!r}); needed are metres_per_pixel and lane_centrelines, '
                'lists of [column, row]',
            ) from None
        if not gsd_m > 0:
            raise AnnotationError(path, f'metres_per_pixel is {gsd_m}; needed is more than 0')
        return cls(gsd_m, lanes, turns, unknown)

    def moved(self, matrix: NDArray[np.float64]) -> 'LaneCentrelines':
        """The same in the pixels of a crop.

        Args:
            matrix: Map of these pixels to the crop's, shape (2, 3), without shear.
        """
        scale = math.sqrt(abs(np.linalg.det(matrix[:, :2])))
        parts = (
            tuple(move_line(line, matrix) for line in lines)
            for lines in (self.lanes, self.turns, self.unknown)
        )
        return LaneCentrelines(self.gsd_m / scale, *parts)


def move_line(line: Line, matrix: NDArray[np.float64]) -> Line:
    """A polyline, shape (N, 2), under an affine map, shape (2, 3)."""
    return np.asarray(line @ matrix[:, :2].T + matrix[:, 2], np.float64)


def _lines(data: Any, *, least: int) -> tuple[Line, ...]:  # noqa: ANN401 - what JSON holds
    """Polylines, without those that have fewer than `least` points."""
    lines = (np.asarray(line, np.float64).reshape(-1, 2) for line in data)
    return tuple(line for line in lines if len(line) >= least)
