"""SkyScapes-Lane, from tiles."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mmseg.datasets import BaseSegDataset

from lanedet_mm.datasets.as_names import as_names
from lanedet_mm.datasets.skyscapes_classes import SKYSCAPES_GSD_M, SKYSCAPES_LANE_CLASSES
from lanedet_mm.lanes import TAXONOMIES
from lanedet_mm.registry import DATASETS

_PREPARE = 'make the tiles with `tools/prepare_data.py skyscapes SOURCE OUT`'


@DATASETS.register_module()
class SkyScapesLaneDataset(BaseSegDataset):
    """Tiles that `tools/prepare_data.py skyscapes` has cut, with 13 classes or with AEL's three.

    A pipeline: LoadImageFromFile, LoadClassMask, then mmseg's own, PackLaneInputs.

    Args:
        data_root: Folder of the tiles.
        ann_file: List of tiles in it: `train.txt`, `val.txt`, `test.txt` (which has no labels),
            or `labelled.txt`.
        merge: None keeps the 13 classes; `ael` makes them background, white_solid and
            white_dashed, as `SKYSCAPES_LANE_CLASSES` says, so that a model trained on AEL can be
            tested here.
        images: Names of the images whose tiles to keep, for splits of one's own; None keeps all.
            There is no choice by tile: tiles of an image overlap.
        pipeline: The transforms.
        test_mode: As in mmengine's `BaseDataset`.
        indices: The first so many tiles, or the tiles of these indices; None takes all.
        lazy_init: Read nothing before the first use.
    """

    def __init__(
        self,
        *,
        data_root: str,
        ann_file: str = 'train.txt',
        merge: str | None = None,
        images: str | Sequence[str] | None = None,
        pipeline: Sequence[dict[str, Any] | Callable[[dict[str, Any]], Any]] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
    ) -> None:
        if merge not in (None, 'ael'):
            raise ValueError(f"merge is {merge!r}; needed is 'ael', or None for the 13 classes")
        self.merge = merge
        self.images = None if images is None else as_names(images)
        classes = [(one.name, one.rgb) for one in SKYSCAPES_LANE_CLASSES]
        if merge == 'ael':
            white = TAXONOMIES['white']
            classes = list(zip(white.classes, white.palette, strict=True))
        super().__init__(
            ann_file=ann_file,
            data_root=str(data_root),
            data_prefix={},
            metainfo={
                'classes': tuple(name for name, _ in classes),
                'palette': [list(color) for _, color in classes],
            },
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
            lazy_init=lazy_init,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the list of tiles.

        Returns:
            For each tile: img_path, seg_map_path where it has a label, label_map (class index of
            each value in the label), tile_id, ground_gsd_m, block (the image it was cut from).

        Raises:
            FileNotFoundError: If the list or tiles that it names are missing.
            ValueError: If nothing is left, or images are asked for that it does not have.
        """
        if not Path(self.ann_file).is_file():
            raise FileNotFoundError(f'no list of tiles {self.ann_file}; {_PREPARE}')
        tiles = Path(self.ann_file).read_text().split()
        if self.images is not None:
            absent = sorted(set(self.images) - {_image_of(tile) for tile in tiles})
            if absent:
                raise ValueError(f'{self.ann_file}: has no tile of the images {absent}')
            tiles = [tile for tile in tiles if _image_of(tile) in self.images]
        if not tiles:
            raise ValueError(f'{self.ann_file}: names no tile; {_PREPARE}')
        root = Path(self.data_root)
        there = {file.name for file in (root / 'images').glob('*.png')}
        missing = [tile for tile in tiles if f'{tile}.png' not in there]
        if missing:
            raise FileNotFoundError(
                f'{self.ann_file}: names {len(missing)} tiles that are not in {root / "images"}, '
                f'such as {missing[:3]}; {_PREPARE}'
            )
        labelled = {file.name for file in (root / 'labels').glob('*.png')}
        return [self._data_info(root, tile, f'{tile}.png' in labelled) for tile in tiles]

    def _data_info(self, root: Path, tile: str, labelled: bool) -> dict[str, Any]:
        info: dict[str, Any] = {
            'img_path': str(root / 'images' / f'{tile}.png'),
            'tile_id': tile,
            'block': _image_of(tile),
            'ground_gsd_m': SKYSCAPES_GSD_M,
            'label_map': {
                index: one.ael if self.merge == 'ael' else index
                for index, one in enumerate(SKYSCAPES_LANE_CLASSES)
            },
            'reduce_zero_label': False,
            'seg_fields': [],
        }
        if labelled:
            info['seg_map_path'] = str(root / 'labels' / f'{tile}.png')
        return info


def _image_of(tile: str) -> str:
    """Name of the image that a tile was cut from: what stands before `_rROW_cCOL`."""
    return tile.rsplit('_r', maxsplit=1)[0]
