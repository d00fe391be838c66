"""Which tiles train, validate and test."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.manifest import SIDES, read_manifest, write_manifest
from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage
from lanedet_mm.datasets.splits.tile_regions import read_regions
from lanedet_mm.imagery import write_atomically


@dataclass(frozen=True)
class Split:
    """A split of tiles.

    Attributes:
        name: Name of its folder.
        sides: Tile ids of 'train', 'val' and 'test'; without 'val' the last weights are kept.
        made_by: The method and its numbers.
        dropped: Tile ids that are on no side, by the side that they would have been on.
    """

    name: str
    sides: dict[str, tuple[str, ...]]
    made_by: dict[str, Any]
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        tile_ids: Sequence[str],
        sides: NDArray[np.str_],
        dropped: NDArray[np.bool_],
        made_by: dict[str, Any],
        wanted: Sequence[str] = SIDES,
    ) -> 'Split':
        """Collect a split from each tile's side and whether it is dropped, shapes (N,).

        Raises:
            ValueError: If a wanted side has no tile.
        """
        ids = np.array(tile_ids)
        split = cls(
            name,
            {side: tuple(ids[(sides == side) & ~dropped].tolist()) for side in wanted},
            made_by,
            {side: tuple(ids[(sides == side) & dropped].tolist()) for side in wanted},
        )
        empty = [side for side in wanted if not split.sides[side]]
        if empty:
            raise ValueError(
                f'split {name!r} of {len(ids)} tiles ({made_by}) leaves {empty} empty, with '
                f'{int(dropped.sum())} tiles dropped; ask for smaller blocks or other shares'
            )
        return split

    @classmethod
    def read(cls, folder: Path) -> 'Split':
        """Read the manifests of a folder; one that is missing is an error, but for val's."""
        manifests = {side: folder / f'{side}_data.json' for side in SIDES}
        sides = {
            side: tuple(Path(name).stem for _, name in read_manifest(path))
            for side, path in manifests.items()
            if side != 'val' or path.exists()
        }
        return cls(folder.name, sides, {'method': 'manifests'})

    def write(self, folder: Path, *, images: dict[str, str]) -> None:
        """Write the manifests in AEL's format and `split.json`, which says how they came about.

        Args:
            folder: Where to; it is made.
            images: File name of each tile's image, where it is not `ID.jpg`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'val_data.json').unlink(missing_ok=True)  # of an earlier split with one
        for side, tile_ids in self.sides.items():
            write_manifest(folder / f'{side}_data.json', tile_ids, images=images)
        record = {
            **self.made_by,
            'tiles': {side: len(tile_ids) for side, tile_ids in self.sides.items()},
            'dropped': {side: list(tile_ids) for side, tile_ids in self.dropped.items()},
        }
        write_atomically(folder / 'split.json', (json.dumps(record, indent=1) + '\n').encode())

    def regions(self, data_root: Path) -> dict[str, NDArray[np.float64]]:
        """Box of each tile of each side, shape (N, 4), from the annotations in `json/`."""
        return {
            side: read_regions(data_root / 'json' / f'{tile_id}.json' for tile_id in tile_ids)
            for side, tile_ids in self.sides.items()
        }

    def leakage(self, data_root: Path) -> list[GroundLeakage]:
        """What val and test share with the training side."""
        regions = self.regions(data_root)
        train = regions.pop('train')
        return [GroundLeakage.measure(side, boxes, train) for side, boxes in regions.items()]
