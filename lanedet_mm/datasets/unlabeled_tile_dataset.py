"""Tiles of a collected corpus, without labels."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow
import pyarrow.parquet
from mmengine.dataset import BaseDataset

from lanedet_mm.datasets.as_names import as_names
from lanedet_mm.registry import DATASETS

_COLUMNS = ['id', 'source', 'place', 'gsd_m', 'width_px', 'height_px']


@DATASETS.register_module()
class UnlabeledTileDataset(BaseDataset):
    """The tiles of a folder that `tools/collect_unlabeled.py` has filled.

    A pipeline to pretrain with: LoadTile, RandomTileCrop, mmpretrain.PackInputs.

    Which tiles are held out depends on their ids alone: it stays as it is while a corpus grows.
    Tiles next to each other may be on both sides, which is enough to watch a reconstruction, and
    not enough to judge a segmentor.

    Args:
        data_root: The folder that holds `tiles/` and the manifest.
        manifest: Name of the manifest in it.
        side: 'train', 'held_out', or 'all'.
        held_out_share: Share of the tiles that is held out, in [0, 1).
        sources: Names of the sources to keep; None keeps all.
        places: Names of the places to keep; None keeps all.
        without_places: Names of the places to leave out.
        pipeline: The transforms.
        test_mode: As in mmengine's `BaseDataset`.
        indices: The first so many tiles, or the tiles of these indices; None takes all.
    """

    def __init__(
        self,
        *,
        data_root: str,
        manifest: str = 'manifest.parquet',
        side: Literal['train', 'held_out', 'all'] = 'train',
        held_out_share: float = 0.02,
        sources: str | Sequence[str] | None = None,
        places: str | Sequence[str] | None = None,
        without_places: str | Sequence[str] = (),
        pipeline: Sequence[dict[str, Any] | Callable[[dict[str, Any]], Any]] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
    ) -> None:
        if side not in ('train', 'held_out', 'all') or not 0 <= held_out_share < 1:
            raise ValueError(
                f"side is {side!r} and held_out_share {held_out_share}; needed are 'train', "
                "'held_out' or 'all' and a share in [0, 1)"
            )
        self.side = side
        self.held_out_share = held_out_share
        self.sources = None if sources is None else as_names(sources)
        self.places = None if places is None else as_names(places)
        self.without_places = as_names(without_places)
        super().__init__(
            ann_file=manifest,
            data_root=str(data_root),
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the manifest.

        Returns:
            For each tile: img_path, tile_id, source, place, ground_gsd_m (ground metres per
            pixel), size_wh.

        Raises:
            FileNotFoundError: If there is no manifest.
            ValueError: If it is none, or if no tile is left.
        """
        path = Path(self.ann_file)
        if not path.is_file():
            raise FileNotFoundError(
                f'no manifest {path}; fill the folder with tools/collect_unlabeled.py'
            )
        try:
            rows = pyarrow.parquet.read_table(path, columns=_COLUMNS).to_pylist()
        except pyarrow.ArrowException as error:
            raise ValueError(f'{path} is no manifest of tiles ({error}); collect anew') from None
        kept = [self._data_info(row) for row in rows if self._is_wanted(row)]
        if not kept:
            raise ValueError(
                f'none of the {len(rows)} tiles of {path} is left: side {self.side!r}, '
                f'sources {self.sources}, places {self.places}, without {self.without_places}; '
                f'there are the sources {sorted({row["source"] for row in rows})} and the places '
                f'{sorted({row["place"] for row in rows})[:20]}'
            )
        return kept

    def _is_wanted(self, row: dict[str, Any]) -> bool:
        is_held_out = _share_of(row['id']) < self.held_out_share
        return (
            (self.side == 'all' or is_held_out == (self.side == 'held_out'))
            and (self.sources is None or row['source'] in self.sources)
            and (self.places is None or row['place'] in self.places)
            and row['place'] not in self.without_places
        )

    def _data_info(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            'img_path': str(Path(self.data_root) / 'tiles' / f'{row["id"]}.jpg'),
            'tile_id': row['id'],
            'source': row['source'],
            'place': row['place'],
            'ground_gsd_m': row['gsd_m'],
            'size_wh': (row['width_px'], row['height_px']),
        }


def _share_of(tile_id: str) -> float:
    """A number in [0, 1) that depends on the id alone."""
    return int.from_bytes(hashlib.sha256(tile_id.encode()).digest()[:4]) / 2**32
