"""What a map says of an area."""

from dataclasses import dataclass

from lanedet_mm.collection.web.area_border import AreaBorder, Line


@dataclass(frozen=True)
class RoadMap:
    """Roads, and where their area ends.

    Attributes:
        roads: Polylines, (longitude, latitude) in degrees, each shape (N, 2); they come whole, and
            lead out of the area.
        border: Of the area; None where the map does not say.
    """

    roads: list[Line]
    border: AreaBorder | None

    def roads_within(self) -> list[Line]:
        """Parts of the roads that are in the area; all of them where its border is not known."""
        if self.border is None:
            return self.roads
        return [part for road in self.roads for part in self.border.within(road)]
