"""The images of the aerial lane data set, annotated or not."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.image_windows import ImageWindow, LastImage, header_wh
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import Region, TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import check_window, window_starts
from lanedet_mm.lanes import AnnotationError, TileAnnotation, city_of
from lanedet_mm.registry import UNLABELED_SOURCES

_SUFFIXES = {'.jpg', '.jpeg', '.png'}


@UNLABELED_SOURCES.register_module()
class AELSource(UnlabeledSource):
    """Windows of the images in `imgs/`.

    An image's annotation in `json/`, where there is one, says where it lies and how large its
    pixels are.

    Args:
        data_root: The folder that holds `imgs/` and, for the annotated ones, `json/`.
        licence: Licence or attribution of the pixels.
        tile_px: Side of a tile.
        overlap_px: What neighbours share.
        gsd_m: Ground metres per pixel of images without annotation; without it they fail.
        name: Name in the manifest.
    """

    workers = 2
    late_options = ('gsd_m',)

    def __init__(
        self,
        *,
        data_root: str,
        licence: str,
        tile_px: int = 512,
        overlap_px: int = 64,
        gsd_m: float | None = None,
        name: str = 'ael',
    ) -> None:
        super().__init__(name=name, licence=licence)
        check_window(tile_px, overlap_px)
        self.root = Path(data_root)
        self.tile_px = tile_px
        self.overlap_px = overlap_px
        self.gsd_m = gsd_m
        self._last = LastImage()

    def requests(self) -> Iterator[TileRequest]:
        """Image by image, row by row.

        Raises:
            CollectionError: If there is no image.
        """
        folder = self.root / 'imgs'
        paths = sorted(path for path in folder.glob('*') if path.suffix.lower() in _SUFFIXES)
        if not paths:
            raise CollectionError(f'no image in {folder}; needed is the folder that holds imgs/')
        stems = Counter(path.stem for path in paths)
        for path in paths:
            yield from self._windows(path, path.stem if stems[path.stem] == 1 else path.name)

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Cut a window."""
        if not isinstance(request, ImageWindow):
            raise CollectionError(f'{request.key} is no request of this source')
        if not request.gsd_m > 0:
            raise CollectionError(
                f'{request.path} has no annotation in {self.root / "json"} that can be read, and '
                'so no scale; give gsd_m, the ground metres per pixel of such images'
            )
        return UnlabeledTile(image=self._last.window(request), gsd_m=request.gsd_m)

    def _windows(self, path: Path, name: str) -> Iterator[ImageWindow]:
        annotation = self._annotation(path.stem)
        gsd_m = annotation.ground_gsd_m if annotation else self.gsd_m or 0.0
        try:
            place = city_of(path.stem)
        except ValueError:
            place = 'unknown'
        width, height = annotation.size_wh if annotation else header_wh(path)
        for row in window_starts(max(height, self.tile_px), self.tile_px, self.overlap_px):
            for column in window_starts(max(width, self.tile_px), self.tile_px, self.overlap_px):
                yield ImageWindow(
                    key=f'{name}@r{row}c{column}',
                    place=place,
                    region=_region(annotation, row, column, self.tile_px) if annotation else None,
                    path=path,
                    image_wh=(width, height),
                    row=row,
                    column=column,
                    height=self.tile_px,
                    width=self.tile_px,
                    gsd_m=gsd_m,
                )

    def _annotation(self, tile_id: str) -> TileAnnotation | None:
        try:
            return TileAnnotation.read(self.root / 'json' / f'{tile_id}.json')
        except AnnotationError:
            return None


def _region(annotation: TileAnnotation, row: int, column: int, side: int) -> Region:
    """Ground of a window; rows count down from the box's northern edge."""
    xmin, ymin, xmax, ymax = annotation.region
    width, height = annotation.size_wh
    across, down = (xmax - xmin) / width, (ymax - ymin) / height
    return (
        xmin + column * across,
        ymax - (row + side) * down,
        xmin + (column + side) * across,
        ymax - row * down,
    )
