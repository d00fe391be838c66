"""Photographs of which only the lanes' centrelines are known."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mmseg.datasets import BaseSegDataset
from PIL import Image

from lanedet_mm.datasets.as_names import as_names
from lanedet_mm.datasets.manifest import find_images
from lanedet_mm.imagery import read_image
from lanedet_mm.lanes import (
    AnnotationError,
    LaneCentrelines,
    Taxonomy,
    dividers,
    snap_to_paint,
)
from lanedet_mm.registry import DATASETS


@DATASETS.register_module()
class CentrelineDataset(BaseSegDataset):
    """Photographs and the centrelines of their lanes: weak labels, for maps hold centrelines.

    The classes are those of the taxonomy `marking`. A pipeline to train with: LoadTile with a
    cache (the photographs are large), RandomLaneCrop, DrawWeakMask, PackLaneInputs.

    Args:
        data_root: The folder that holds `images/` (NAME.jpg or NAME.png) and `centrelines/`
            (NAME.json, see `LaneCentrelines.read`).
        names: Photographs to take; None takes all that have centrelines.
        cities: Cities to take; None takes all.
        without_cities: Cities to leave out, such as the one to test on.
        city_pattern: Regular expression; what it finds first in a photograph's name is its city.
            Default what stands before the first underscore: `boston_00` is of boston.
        snap: Whether dividers are moved onto the paint in the photograph, and those without any are
            left out, see `snap_to_paint`: two seconds a photograph.
        pipeline: The transforms.
        test_mode: As in mmengine's `BaseDataset`.
        indices: The first so many photographs, or those of these indices; None takes all.
        lazy_init: Read nothing before the first use.
    """

    def __init__(
        self,
        *,
        data_root: str,
        names: str | Sequence[str] | None = None,
        cities: str | Sequence[str] | None = None,
        without_cities: str | Sequence[str] = (),
        city_pattern: str = '^[^_]+',
        snap: bool = False,
        pipeline: Sequence[dict[str, Any] | Callable[[dict[str, Any]], Any]] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
    ) -> None:
        self.names = None if names is None else as_names(names)
        self.cities = None if cities is None else as_names(cities)
        self.without_cities = as_names(without_cities)
        self.city_pattern = re.compile(city_pattern)
        self.snap = snap
        taxonomy = Taxonomy.named('marking')
        super().__init__(
            data_root=str(data_root),
            data_prefix={},
            metainfo={
                'classes': taxonomy.classes,
                'palette': [list(color) for color in taxonomy.palette],
            },
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
            lazy_init=lazy_init,
        )

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the centrelines and find where paint is expected, a second a photograph.

        Returns:
            For each photograph: img_path, size_wh, tile_id, city, ground_gsd_m (ground metres per
            pixel), centrelines, divider_lines (polylines in its pixels).

        Raises:
            AnnotationError: If there are none, a file is missing or broken, or a name has no city.
        """
        root = Path(self.data_root)
        names: Sequence[str] = self.names or sorted(
            path.stem for path in (root / 'centrelines').glob('*.json')
        )
        if not names:
            raise AnnotationError(root / 'centrelines', 'holds no NAME.json of centrelines')
        names = self._of_the_cities(names)
        images = find_images(root / 'images', [f'{name}.jpg' for name in names])
        missing = [name for name, image in zip(names, images, strict=True) if image is None]
        if missing:
            raise AnnotationError(
                root / 'images',
                f'lacks {len(missing)} photographs that have centrelines: {missing[:5]}',
            )
        return [
            self._data_info(name, root / 'images' / str(image))
            for name, image in zip(names, images, strict=True)
        ]

    def _of_the_cities(self, names: Sequence[str]) -> Sequence[str]:
        if self.cities is None and not self.without_cities:
            return names
        of = {name: self._city_of(name) for name in names}
        kept = [
            name
            for name, city in of.items()
            if (self.cities is None or city in self.cities) and city not in self.without_cities
        ]
        if not kept:
            raise AnnotationError(
                Path(self.data_root) / 'centrelines',
                f'none of {len(of)} photographs is left: cities {self.cities}, without '
                f'{self.without_cities}; there are {sorted(set(of.values()))}',
            )
        return kept

    def _data_info(self, name: str, image: Path) -> dict[str, Any]:
        centrelines = LaneCentrelines.read(Path(self.data_root) / 'centrelines' / f'{name}.json')
        lines = dividers(centrelines)
        if self.snap:
            lines = snap_to_paint(read_image(image), lines, gsd_m=centrelines.gsd_m)
        with Image.open(image) as header:
            size_wh = header.size
        return {
            'img_path': str(image),
            'size_wh': size_wh,
            'tile_id': name,
            'city': self._city_of(name),
            'ground_gsd_m': centrelines.gsd_m,
            'centrelines': centrelines,
            'divider_lines': lines,
            'label_map': None,
            'reduce_zero_label': False,
            'seg_fields': [],
        }

    def _city_of(self, name: str) -> str:
        found = self.city_pattern.search(name)
        if not found or not found.group():
            raise AnnotationError(
                Path(self.data_root) / 'centrelines' / f'{name}.json',
                f'city_pattern {self.city_pattern.pattern!r} finds no city in the name {name!r}; '
                'give a regular expression that does',
            )
        return found.group()
