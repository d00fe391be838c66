"""A painted line described along the axis of its road."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.network.curve_shapes import STEP_M
from lanedet_mm.synthesis.network.paint_kind import PaintKind
from lanedet_mm.synthesis.network.reference_curve import ReferenceCurve

Array = NDArray[np.float64]
Interval = tuple[float, float]
MIN_LENGTH_M = 4.0


@dataclass(frozen=True)
class StationedLine:
    """A line at given offsets from a reference curve.

    Attributes:
        stations_m: Stations where the offset is given, ascending.
        offsets_m: Offset to the right at each of them; between two the line swings smoothly.
        kind: What it is painted as.
        role: What it is for: 'edge', 'lane', 'centre', 'zone' or 'parking'.
        cut_m: What is left of it; None for all of it.
    """

    stations_m: tuple[float, ...]
    offsets_m: tuple[float, ...]
    kind: PaintKind
    role: str
    cut_m: Interval | None = None

    @property
    def extent_m(self) -> Interval:
        """First and last station of what is left of it."""
        return self.cut_m or (self.stations_m[0], self.stations_m[-1])

    def offset(self, station_m: Array | float) -> Array:
        """Offset at stations; half a cosine wave between the given ones."""
        key = np.asarray(self.stations_m)
        value = np.asarray(self.offsets_m)
        index = np.clip(np.searchsorted(key, station_m, side='right') - 1, 0, len(key) - 2)
        share = np.clip((station_m - key[index]) / (key[index + 1] - key[index]), 0, 1)
        swing = (1 - np.cos(np.pi * share)) / 2
        return np.asarray(value[index] + swing * (value[index + 1] - value[index]))

    def points(self, curve: ReferenceCurve) -> Array:
        """The line on the ground, (east, north), a vertex every `STEP_M`."""
        first, last = self.extent_m
        station = np.linspace(first, last, max(int(np.ceil((last - first) / STEP_M)), 1) + 1)
        return curve.at(station, self.offset(station))

    def within(self, first_m: float, last_m: float) -> 'StationedLine | None':
        """The part between two stations; None where too little of it is left to paint."""
        first, last = max(first_m, self.extent_m[0]), min(last_m, self.extent_m[1])
        if last - first < MIN_LENGTH_M:
            return None
        return replace(self, cut_m=(first, last))

    def mirrored(self) -> 'StationedLine':
        """The same line on the other side of the axis."""
        return replace(self, offsets_m=tuple(-offset for offset in self.offsets_m))

    def without(self, gaps: Iterable[Interval]) -> list['StationedLine']:
        """The parts that are left outside of the gaps."""
        kept, at = [], self.extent_m[0]
        for first, last in sorted(gaps):
            kept.append(self.within(at, first))
            at = max(at, last)
        kept.append(self.within(at, self.extent_m[1]))
        return [line for line in kept if line is not None]
