"""What one tile adds to any table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lanedet_mm.evaluation.confusion import Matrix
from lanedet_mm.evaluation.lines.line_sums import LineSums
from lanedet_mm.evaluation.records.tile_sums import TileSums


@dataclass(frozen=True, eq=False)
class TileRecord:
    """Sums of one tile and where it is from; every score is read off sums of records.

    Attributes:
        id: Name of the tile.
        city: Where it is from, if that is known.
        block: Piece of ground that it lies in; tiles of one block are no independent evidence.
        gsd_m: Ground metres per pixel.
        classes: Class names; index 0 is the background.
        sums: Of the whole tile.
        scenarios: Sums of the ground around the lines of a scenario, by its name; without those
            of which the tile has no line.
    """

    id: str
    city: str | None
    block: str
    gsd_m: float
    classes: tuple[str, ...]
    sums: TileSums
    scenarios: Mapping[str, TileSums] = field(default_factory=dict)

    @property
    def confusion(self) -> Matrix:
        """Pixels of the whole tile with true class row and predicted class column, (C, C)."""
        return self.sums.confusion

    @property
    def lines(self) -> LineSums:
        """Lengths of the whole tile's lines."""
        return self.sums.lines

    def to_dict(self) -> dict[str, Any]:
        """What a line of the file holds."""
        return {
            'id': self.id,
            'city': self.city,
            'block': self.block,
            'gsd_m': self.gsd_m,
            'classes': list(self.classes),
            'sums': self.sums.to_dict(),
            'scenarios': {name: sums.to_dict() for name, sums in self.scenarios.items()},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> 'TileRecord':
        """The record of a line of the file."""
        scenarios = {name: TileSums.from_dict(sums) for name, sums in data['scenarios'].items()}
        return cls(
            **{name: data[name] for name in ('id', 'city', 'block', 'gsd_m')},
            classes=tuple(data['classes']),
            sums=TileSums.from_dict(data['sums']),
            scenarios=scenarios,
        )
