"""The roads of an area, asked for once and then kept in a file."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.web.area_border import AreaBorder
from lanedet_mm.collection.web.overpass import roads_of
from lanedet_mm.collection.web.polite_client import PoliteClient
from lanedet_mm.collection.web.road_map import RoadMap
from lanedet_mm.imagery import write_atomically


@dataclass(frozen=True, kw_only=True)
class AreaRoads:
    """Roads and border in degrees, the same in every run whatever has become of the map.

    Attributes:
        file: Where they are kept.
        area: Name of the area, as on the map.
        box: (west, south, east, north) in degrees, instead of the area's own border.
        highways: Kinds of road.
        overpass_url: Interpreter of an Overpass server; not needed where the file is there.
    """

    file: Path
    area: str
    box: tuple[float, float, float, float] | None
    highways: tuple[str, ...]
    overpass_url: str | None

    def read(self, client: PoliteClient) -> RoadMap:
        """What the file says, or the server where there is no file yet.

        Raises:
            CollectionError: If the server does not say, or the file holds other roads.
        """
        if self.file.exists():
            return self._kept()
        if self.overpass_url is None:
            raise CollectionError(
                f'no roads in {self.file} and no overpass_url; name an Overpass server'
            )
        found = roads_of(
            client, self.overpass_url, area=self.area, box=self.box, highways=self.highways
        )
        outlines = [] if found.border is None or self.box is not None else found.border.outlines
        kept = {
            'asked': self._asked(),
            'lines': [line.tolist() for line in found.roads],
            'border': [[line.tolist() for line in outline] for outline in outlines],
        }
        write_atomically(self.file, json.dumps(kept).encode())
        return found

    def _kept(self) -> RoadMap:
        try:
            kept = json.loads(self.file.read_bytes())
            kept_of = kept['asked']
            roads = [np.array(line, float).reshape(-1, 2) for line in kept['lines']]
            outlines = [  # files of old have none
                [np.array(line, float).reshape(-1, 2) for line in outline]
                for outline in kept.get('border', ())
            ]
        except (ValueError, LookupError, TypeError):
            raise CollectionError(
                f'{self.file} is no file of roads that a run has kept; remove it, or name '
                'another roads_file'
            ) from None
        if kept_of != self._asked():
            raise CollectionError(
                f'{self.file} holds the roads of {kept_of}, needed are those of {self._asked()}; '
                'name another roads_file'
            )
        border = AreaBorder(outlines) if self.box is None else AreaBorder.of_box(self.box)
        return RoadMap(roads, border if border.is_closed else None)

    def _asked(self) -> dict[str, object]:
        box = None if self.box is None else list(self.box)
        return {'area': self.area, 'box': box, 'highways': list(self.highways)}
