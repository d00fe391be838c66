"""Roads of an area from OpenStreetMap, by an Overpass server."""

from collections.abc import Sequence

import httpx
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.web.polite_client import PoliteClient, TryAgainError, hide_secrets

Line = NDArray[np.float64]
HIGHWAYS = ('motorway', 'trunk', 'primary', 'secondary', 'tertiary')  # of which most have paint
_TIMEOUT_S = 180


def roads_of(
    client: PoliteClient,
    url: str,
    *,
    area: str | None = None,
    box: tuple[float, float, float, float] | None = None,
    highways: Sequence[str] = HIGHWAYS,
) -> list[Line]:
    """Ask where the roads are.

    Args:
        client: Who asks.
        url: The server's interpreter, such as https://overpass.example.org/api/interpreter.
        area: Name of an area, as its OpenStreetMap relation has it.
        box: (west, south, east, north) in degrees, instead of a name.
        highways: Kinds of road; their links come along.

    Returns:
        Polylines, (longitude, latitude) in degrees, each shape (N, 2), in the order of their ids.

    Raises:
        CollectionError: If the server does not answer, or knows no such area or no road in it.
    """
    query = _query(area, box, highways)
    lines = client.post(url, {'data': query}, _read, thinks_s=_TIMEOUT_S)
    if not lines:
        where = f'an area named {area!r}' if box is None else f'the box {box}'
        raise CollectionError(
            f'{hide_secrets(url)} knows no road of {", ".join(highways)} in {where}; write the '
            'name as on the map, or give a box (west, south, east, north)'
        )
    return [lines[number] for number in sorted(lines)]


def _query(
    area: str | None,
    box: tuple[float, float, float, float] | None,
    highways: Sequence[str],
) -> str:
    kinds = '|'.join(highways)
    road = f'way["highway"~"^({kinds})(_link)?$"]'
    head = f'[out:json][timeout:{_TIMEOUT_S}];'
    if box is not None:
        west, south, east, north = box
        return f'{head}{road}({south},{west},{north},{east});out geom;'
    name = (area or '').replace('\\', '\\\\').replace('"', '\\"')
    return f'{head}area["name"="{name}"]["boundary"="administrative"]->.a;{road}(area.a);out geom;'


def _read(answer: httpx.Response) -> dict[int, Line]:
    """Lines by their ids; an answer that broke off on the server's side is no answer."""
    try:
        data = answer.json()
        elements, remark = data['elements'], str(data.get('remark') or '')
        lines = {
            int(one['id']): np.array(
                [(float(point['lon']), float(point['lat'])) for point in one['geometry']]
            )
            for one in elements
            if one.get('type') == 'way' and len(one.get('geometry') or ()) > 1
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        begin = answer.text[:80]
        raise CollectionError(
            f'no roads came but {begin!r}; needed is the URL of an Overpass interpreter'
        ) from None
    if 'error' in remark.lower():
        raise TryAgainError(f'the server says {remark!r}; ask for a smaller area')
    return lines
