"""The aerial lane data set (AEL), and everything that is written in its format."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mmseg.datasets import BaseSegDataset

from lanedet_mm.datasets.as_names import as_names
from lanedet_mm.datasets.manifest import find_images, read_manifest
from lanedet_mm.lanes import CITIES, AnnotationError, Taxonomy, TileAnnotation, city_of
from lanedet_mm.registry import DATASETS


@DATASETS.register_module()
class AELDataset(BaseSegDataset):
    """Tiles and their lanes from AEL's folders `imgs/` and `json/`; `mask/` is not needed.

    All annotations are read and checked at the start (7,817 take about 5 s and 40 MB, which the
    worker processes share); images are read by the pipeline. A pipeline to train with::

        LoadTile, RandomLaneCrop, DrawLaneMask, PhotoMetricDistortion, PackLaneInputs

    and one to validate with: LoadTile, DrawLaneMask, PackLaneInputs.

    Args:
        data_root: The folder that holds `imgs/` and `json/`.
        manifest: Which tiles; a path below `data_root`, or an absolute one.
        taxonomy: Name of the classes, one of `lanedet_mm.lanes.TAXONOMIES`.
        cities: Names of the cities to keep; None keeps all.
        pipeline: The transforms.
        test_mode: As in mmengine's `BaseDataset`.
        indices: The first so many tiles, or the tiles of these indices; None takes all.
        lazy_init: Read nothing before the first use.
    """

    def __init__(
        self,
        *,
        data_root: str,
        manifest: str = 'train_data.json',
        taxonomy: str = 'white',
        cities: str | Sequence[str] | None = None,
        pipeline: Sequence[dict[str, Any] | Callable[[dict[str, Any]], Any]] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
    ) -> None:
        self.cities = None if cities is None else as_names(cities)
        unknown = sorted(set(self.cities or ()) - set(CITIES))
        if unknown:
            raise ValueError(f'no cities {unknown}; AEL has {CITIES}')
        self.taxonomy = Taxonomy.named(taxonomy)
        super().__init__(
            ann_file=manifest,
            data_root=str(data_root),
            data_prefix={},
            metainfo={
                'classes': self.taxonomy.classes,
                'palette': [list(color) for color in self.taxonomy.palette],
            },
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
            lazy_init=lazy_init,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the manifest and the annotations of its tiles.

        Returns:
            For each tile: img_path, size_wh, annotation_path, tile_id, city, ground_gsd_m (ground
            metres per pixel), region (xmin, ymin, xmax, ymax in EPSG:3857 metres), annotation,
            taxonomy (its name).

        Raises:
            AnnotationError: If the manifest is broken, or names tiles whose files are missing or
                broken; nothing is left out in silence.
        """
        tiles = [
            (Path(image).stem, image, annotation)
            for image, annotation in read_manifest(self.ann_file)
        ]
        if self.cities is not None:
            tiles = [tile for tile in tiles if city_of(tile[0]) in self.cities]
            if not tiles:
                raise AnnotationError(self.ann_file, f'names no tile of {self.cities}')
        root = Path(self.data_root)
        images = self._image_names(root / 'imgs', [image for _, image, _ in tiles])
        data_list, broken = [], []
        for (tile_id, _, annotation), image in zip(tiles, images, strict=True):
            try:
                data_list.append(
                    self._data_info(tile_id, root / 'imgs' / image, root / 'json' / annotation)
                )
            except AnnotationError as error:
                broken.append(str(error))
        if broken:
            raise AnnotationError(
                self.ann_file,
                f'{len(broken)} of {len(tiles)} tiles cannot be used: ' + '; '.join(broken[:5]),
            )
        return data_list

    def _image_names(self, folder: Path, names: list[str]) -> list[str]:
        """File names as they are in the folder; a missing one is an error."""
        found = find_images(folder, names)
        missing = [name for name, real in zip(names, found, strict=True) if real is None]
        if missing:
            raise AnnotationError(
                self.ann_file,
                f'names {len(missing)} images that are not in {folder}: {missing[:5]}; get them, '
                'or make a manifest without them (tools/prepare_data.py ael --skip-broken)',
            )
        return [name for name in found if name is not None]

    def _data_info(self, tile_id: str, image: Path, annotation_path: Path) -> dict[str, Any]:
        """What the pipeline starts from."""
        city = city_of(tile_id)
        annotation = TileAnnotation.read(annotation_path)
        return {
            'img_path': str(image),
            'annotation_path': str(annotation_path),
            'tile_id': tile_id,
            'city': city,
            'ground_gsd_m': annotation.ground_gsd_m,
            'region': annotation.region,
            'annotation': annotation,
            'size_wh': annotation.size_wh,
            'taxonomy': self.taxonomy.name,
            'label_map': None,
            'reduce_zero_label': False,
            'seg_fields': [],
        }
