"""Image and truth of tiles, read when they are asked for."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.records.labelled_tile import LabelledTile, LabelledTiles
from lanedet_mm.lanes import Taxonomy, draw_mask

Sample = tuple[NDArray[np.uint8], NDArray[np.uint8]]


class LabelledSamples(Sequence[Sample]):
    """The tiles of a data set as pairs of image (BGR, (H, W, 3)) and class indices (H, W).

    Args:
        tiles: The tiles.
        taxonomy: Class of each lane of their annotations, for `redraw`.
        limit: So many tiles, evenly over the whole set; None takes all.
    """

    def __init__(
        self, tiles: LabelledTiles, *, taxonomy: Taxonomy | None = None, limit: int | None = None
    ) -> None:
        count = min(limit or len(tiles), len(tiles))
        self.indices = [index * len(tiles) // count for index in range(count)]
        self.tiles = tiles
        self.taxonomy = taxonomy

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, at: int) -> Sample:  # type: ignore[override]
        tile = LabelledTile.read(self.tiles, self.indices[at])
        return tile.image, tile.truth

    def __iter__(self) -> Iterator[Sample]:
        return (self[at] for at in range(len(self)))

    @property
    def has_lines(self) -> bool:
        """Whether the truth of every tile can be drawn from its lines."""
        return self.taxonomy is not None and all(
            self.tiles.get_data_info(index).get('annotation') is not None for index in self.indices
        )

    def redraw(self, at: int, matrix: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The truth drawn anew, 3 px wide, under a map of its pixels.

        Args:
            at: Place of the sample.
            matrix: From (column, row) to (column, row), shape (2, 3).

        Raises:
            ValueError: If there are no lines.
        """
        annotation = self.tiles.get_data_info(self.indices[at]).get('annotation')
        if annotation is None or self.taxonomy is None:
            raise ValueError(f'sample {at} has no lines; needed is an annotation and a taxonomy')
        size_hw = annotation.size_wh[::-1]
        return draw_mask(annotation.lanes, size_hw, self.taxonomy, matrix=matrix)
