"""One street of a city: its axis, its cross section, and where its paint stops."""

from dataclasses import dataclass, field

import numpy as np

from lanedet_mm.synthesis.network.cross_section import CrossSection
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve
from lanedet_mm.synthesis.network.stationed_line import Interval, StationedLine
from lanedet_mm.synthesis.network.street_block import block_lines

_SHORTEST_BLOCK_M = 18.0
_SHORTEST_LOOSE_M = 60.0  # a piece of street that meets nothing


@dataclass(frozen=True)
class Break:
    """A stretch without any paint: 'junction', 'roundabout', or 'open' where the street stops."""

    first_m: float
    last_m: float
    kind: str


@dataclass(frozen=True)
class Mouth:
    """Where a small street opens onto this one.

    Attributes:
        first_m: Station where its mouth begins.
        last_m: Station where it ends.
        side: 1 is on the right of the axis, -1 on the left, 0 on both.
        through: The line in the middle is interrupted, too.
    """

    first_m: float
    last_m: float
    side: int
    through: bool

    def interrupts(self, line: StationedLine) -> bool:
        """Whether a line has a gap here."""
        if line.role in ('edge', 'parking'):
            return self.side == 0 or line.offsets_m[0] * self.side > 0
        return self.through and line.role in ('centre', 'zone')


@dataclass(eq=False)
class Street:
    """One street while the city grows around it.

    Attributes:
        curve: Its axis.
        section: What lies across it; None for a street without paint.
        rank: 0 is a lane without paint, 1 a street, 2 a main street.
        drives_on_left: Traffic along its axis is to the left of it.
        breaks: Where all of its lines stop.
        mouths: Where smaller streets open onto it.
    """

    curve: ReferenceCurve
    section: CrossSection | None
    rank: int
    drives_on_left: bool = False
    breaks: list[Break] = field(default_factory=list)
    mouths: list[Mouth] = field(default_factory=list)

    @property
    def half_width_m(self) -> float:
        """Distance from the axis to the kerb."""
        return self.section.half_width_m if self.section is not None else 3.5

    def is_there(self, station_m: float) -> bool:
        """Whether the street runs on at a station: no 'open' break there, and within its ends."""
        inside = 0.0 <= station_m <= self.curve.length_m
        return inside and not any(
            each.kind == 'open' and each.first_m < station_m < each.last_m for each in self.breaks
        )

    def blocks(self) -> list[tuple[Interval, tuple[str, str]]]:
        """Stretches with paint, and what is at their two ends."""
        at, before = 0.0, 'open'
        found: list[tuple[Interval, tuple[str, str]]] = []
        end = Break(self.curve.length_m, np.inf, 'open')
        for each in [*sorted(self.breaks, key=lambda each: each.first_m), end]:
            loose = before == each.kind == 'open'
            if each.first_m - at > (_SHORTEST_LOOSE_M if loose else _SHORTEST_BLOCK_M):
                found.append(((at, each.first_m), (before, each.kind)))
            if each.last_m > at:
                at, before = each.last_m, each.kind
        return found

    def lines(self, rng: np.random.Generator) -> list[StationedLine]:
        """All of its lines, interrupted where smaller streets open onto it."""
        if self.section is None:
            return []
        laid: list[StationedLine] = []
        for extent, ends in self.blocks():
            lines = block_lines(self.section, extent, ends, rng)
            for line in (each.mirrored() for each in lines) if self.drives_on_left else lines:
                gaps = [
                    (mouth.first_m, mouth.last_m) for mouth in self.mouths if mouth.interrupts(line)
                ]
                laid += line.without(gaps)
        return laid
