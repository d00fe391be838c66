"""The images of SkyScapes."""

from collections.abc import Iterator
from pathlib import Path

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.image_windows import ImageWindow, LastImage, header_wh
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.datasets.skyscapes_classes import SKYSCAPES_GSD_M
from lanedet_mm.imagery import check_window, window_starts
from lanedet_mm.registry import UNLABELED_SOURCES


@UNLABELED_SOURCES.register_module()
class SkyScapesSource(UnlabeledSource):
    """Windows of `{train,val,test}/images/NAME.jpg`; the labels are left alone.

    The images carry no coordinates, so that their ground cannot be compared with a split's.

    Args:
        data_root: Folder of the release, which holds train, val and test.
        licence: Licence of the pixels; the release allows academic use and no redistribution.
        sides: Folders of the release to take; leave out what models will be judged on.
        tile_px: Side of a tile.
        overlap_px: What neighbours share.
        name: Name in the manifest.
    """

    def __init__(
        self,
        *,
        data_root: str,
        licence: str,
        sides: tuple[str, ...] = ('train',),
        tile_px: int = 512,
        overlap_px: int = 0,
        name: str = 'skyscapes',
    ) -> None:
        super().__init__(name=name, licence=licence)
        check_window(tile_px, overlap_px)
        self.root = Path(data_root)
        self.sides = tuple(sides)
        self.tile_px = tile_px
        self.overlap_px = overlap_px
        self._last = LastImage()

    def requests(self) -> Iterator[TileRequest]:
        """Image by image, row by row.

        Raises:
            CollectionError: If there is no image.
        """
        paths = [
            (side, path)
            for side in self.sides
            for path in sorted((self.root / side / 'images').glob('*.jpg'))
        ]
        if not paths:
            raise CollectionError(
                f'no image in {self.root}/{{{",".join(self.sides)}}}/images; needed is the folder '
                'of the release that holds train, val and test'
            )
        for side, path in paths:
            width, height = header_wh(path)
            rows = window_starts(max(height, self.tile_px), self.tile_px, self.overlap_px)
            columns = window_starts(max(width, self.tile_px), self.tile_px, self.overlap_px)
            for row in rows:
                for column in columns:
                    yield ImageWindow(
                        key=f'{side}/{path.stem}@r{row}c{column}',
                        place='munich',
                        path=path,
                        image_wh=(width, height),
                        row=row,
                        column=column,
                        height=self.tile_px,
                        width=self.tile_px,
                        gsd_m=SKYSCAPES_GSD_M,
                    )

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Cut a window; an image is decoded once for all of its windows."""
        if not isinstance(request, ImageWindow):
            raise CollectionError(f'{request.key} is no request of this source')
        return UnlabeledTile(image=self._last.window(request), gsd_m=request.gsd_m)
