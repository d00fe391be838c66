"""What a source could fetch."""

from dataclasses import dataclass

Region = tuple[float, float, float, float]  # (xmin, ymin, xmax, ymax), EPSG:3857 metres


@dataclass(frozen=True, kw_only=True)
class TileRequest:
    """One tile that a source can fetch; sources add fields of their own in a subclass.

    Attributes:
        key: Names the tile within its source, the same in every run.
        place: City, area or map that it belongs to.
        region: Its ground, so that it can be compared with a split's before anything is fetched;
            None where the ground is not on a map.
    """

    key: str
    place: str
    region: Region | None = None
