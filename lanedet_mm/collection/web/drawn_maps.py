"""Servers whose tiles are no photographs."""

import os
import re
from urllib.parse import unquote

from lanedet_mm.collection.web.url_secrets import FROM_ENVIRONMENT

_DRAWN_MAPS = re.compile(
    r'[\w.-]*(?:openstreetmap\.|opentopomap\.|(?<![\w-])osm\.(?:org|rrze))[\w.-]*'
)


def refuse_drawn_maps(url: str) -> None:
    """Refuse drawn maps wherever in a URL their host stands and however it is written.

    A proxy's tiles are the same tiles.

    Raises:
        ValueError: With the host, and why.
    """
    url = FROM_ENVIRONMENT.sub(lambda name: os.environ.get(name.group(1), ''), url)
    found = _DRAWN_MAPS.search(unquote(url).lower())
    if found:
        raise ValueError(
            f'{found.group()} serves drawn maps, not photographs: there is no paint on their '
            'roads, and their rules forbid to download many tiles. Name a server of aerial imagery '
            'that allows it'
        )
