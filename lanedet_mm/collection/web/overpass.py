"""Roads of an area from OpenStreetMap, by an Overpass server."""

from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.web.area_border import AreaBorder, Line
from lanedet_mm.collection.web.polite_client import PoliteClient, TryAgainError, hide_secrets
from lanedet_mm.collection.web.road_map import RoadMap

HIGHWAYS = ('motorway', 'trunk', 'primary', 'secondary', 'tertiary')  # of which most have paint
_TIMEOUT_S = 180
_BORDER_ROLES = ('outer', 'inner', '')  # others are capitals, labels, parts


def roads_of(
    client: PoliteClient,
    url: str,
    *,
    area: str | None = None,
    box: tuple[float, float, float, float] | None = None,
    highways: Sequence[str] = HIGHWAYS,
) -> RoadMap:
    """Ask where the roads are, and where the area ends.

    Args:
        client: Who asks.
        url: The server's interpreter, such as https://overpass.example.org/api/interpreter.
        area: Name of an area, as its OpenStreetMap relation has it.
        box: (west, south, east, north) in degrees, instead of a name.
        highways: Kinds of road; their links come along.

    Returns:
        Roads in the order of their ids, and the border of all areas of that name, or of the box.

    Raises:
        CollectionError: If the server does not answer, or knows no such area or no road in it.
    """
    query = _query(area, box, highways)
    roads, border = client.post(url, {'data': query}, _read, thinks_s=_TIMEOUT_S)
    if not roads:
        where = f'an area named {area!r}' if box is None else f'the box {box}'
        raise CollectionError(
            f'{hide_secrets(url)} knows no road of {", ".join(highways)} in {where}; write the '
            'name as on the map, or give a box (west, south, east, north)'
        )
    if box is not None:
        border = AreaBorder.of_box(box)
    return RoadMap([roads[number] for number in sorted(roads)], border)


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
    areas = f'area["name"="{name}"]["boundary"="administrative"]->.a;'
    return f'{head}{areas}{road}(area.a);out geom;(rel(pivot.a);way(pivot.a););out geom;'


def _read(answer: httpx.Response) -> tuple[dict[int, Line], AreaBorder | None]:
    """Roads by their ids, and the border; an answer that broke off at the server is no answer."""
    try:
        data = answer.json()
        elements, remark = data['elements'], str(data.get('remark') or '')
        ways = [one for one in elements if one.get('type') == 'way' and _has_line(one)]
        roads = {int(one['id']): _line(one) for one in ways if not _is_border(one)}
        outlines = [[_line(one)] for one in ways if _is_border(one)]
        outlines += [
            [_line(part) for part in one.get('members') or () if _is_part_of_border(part)]
            for one in elements
            if one.get('type') == 'relation'
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        begin = answer.text[:80]
        raise CollectionError(
            f'no roads came but {begin!r}; needed is the URL of an Overpass interpreter'
        ) from None
    if 'error' in remark.lower():
        raise TryAgainError(f'the server says {remark!r}; ask for a smaller area')
    border = AreaBorder(outlines)
    return roads, border if border.is_closed else None


def _has_line(element: dict[str, Any]) -> bool:
    return len(element.get('geometry') or ()) > 1


def _line(element: dict[str, Any]) -> Line:
    return np.array([(float(point['lon']), float(point['lat'])) for point in element['geometry']])


def _is_border(way: dict[str, Any]) -> bool:
    """Whether a way is an area by itself."""
    tags = way.get('tags') or {}
    return 'boundary' in tags and 'highway' not in tags


def _is_part_of_border(member: dict[str, Any]) -> bool:
    is_line = member.get('type') == 'way' and _has_line(member)
    return is_line and member.get('role', '') in _BORDER_ROLES
