"""How much of the ground of one side of a split has been seen in training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.splits.ground_overlap import covered_share, overlaps_any


@dataclass(frozen=True)
class GroundLeakage:
    """What a side of a split shares with the training side.

    Attributes:
        side: Name of the side.
        tiles: How many tiles it has.
        overlapping: Share of its tiles that overlap any training tile, in [0, 1].
        ground_seen: Mean over its tiles of the share of a tile's ground that training tiles
            cover, in [0, 1].
    """

    side: str
    tiles: int
    overlapping: float
    ground_seen: float

    @classmethod
    def measure(
        cls, side: str, regions: NDArray[np.float64], train: NDArray[np.float64]
    ) -> 'GroundLeakage':
        """Measure a side by its tiles' boxes and the training tiles', shapes (N, 4), (M, 4)."""
        if not len(regions):
            return cls(side, 0, 0.0, 0.0)
        hit = overlaps_any(regions, train)
        return cls(
            side, len(regions), float(hit.mean()), float(covered_share(regions, train).mean())
        )

    def __str__(self) -> str:
        return (
            f'{self.overlapping:.1%} of the {self.tiles} {self.side} tiles overlap training tiles, '
            f'which cover {self.ground_seen:.1%} of their ground'
        )
