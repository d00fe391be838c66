"""Where tiles lie, without reading their lanes."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import AnnotationError, TileAnnotation

_HEADER_BYTES = 2048


def read_regions(paths: Iterable[Path]) -> NDArray[np.float64]:
    """Read the boxes of annotation files.

    Args:
        paths: AEL's JSON files.

    Returns:
        (xmin, ymin, xmax, ymax) in EPSG:3857 metres, shape (N, 4).

    Raises:
        AnnotationError: If a file is missing or says nothing usable of its region.
    """
    return np.array([_read_region(path) for path in paths], np.float64).reshape(-1, 4)


def _read_region(path: Path) -> tuple[float, float, float, float]:
    """Box of one file."""
    try:
        with path.open('rb') as file:
            start, found, _ = file.read(_HEADER_BYTES).partition(b'"lanes"')
    except FileNotFoundError:
        raise AnnotationError(path, 'no such annotation; check the manifest') from None
    try:
        header = json.loads(start.rstrip(b' \r\n\t,') + b', "lanes": []}') if found else {}
        return TileAnnotation.from_dict(header).region
    except (ValueError, AnnotationError):  # the keys may stand in any order
        return TileAnnotation.read(path).region
