"""Street photographs of Cityscapes, seen from above."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lanedet_mm.collection.birds_eye_view import RoadCamera, birds_eye_view
from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import ImageError, read_image
from lanedet_mm.registry import UNLABELED_SOURCES

_IMAGE = '_leftImg8bit.png'


@dataclass(frozen=True, kw_only=True)
class _Frame(TileRequest):
    image: Path
    camera: Path


@UNLABELED_SOURCES.register_module()
class CityscapesSource(UnlabeledSource):
    """The ground ahead of the car, one tile a frame.

    Reads `leftImg8bit/SIDE/CITY/NAME_leftImg8bit.png` and `camera/SIDE/CITY/NAME_camera.json`. The
    ground is taken as flat, so that cars and kerbs lean away. A row of the photograph is the longer
    on the ground the further ahead it is, whatever `gsd_m` says: with the data set's cameras 0.1 m
    at 18 m and 0.3 m at 31 m.

    Args:
        data_root: Folder that holds leftImg8bit and camera.
        licence: Licence of the pixels.
        sides: Folders to take.
        tile_px: Side of a tile.
        gsd_m: Ground metres per pixel.
        near_m: Where a tile begins, ahead of the rear axle; nearer the bonnet is in view, and the
            photograph is not wide enough for the tile.
        name: Name in the manifest.
    """

    workers = 2

    def __init__(
        self,
        *,
        data_root: str,
        licence: str,
        sides: Sequence[str] = ('train', 'train_extra'),
        tile_px: int = 512,
        gsd_m: float = 0.025,
        near_m: float = 18.0,
        name: str = 'cityscapes',
    ) -> None:
        super().__init__(name=name, licence=licence)
        if tile_px < 16 or not gsd_m > 0 or near_m < 0:
            raise ValueError(
                f'tile_px {tile_px}, gsd_m {gsd_m}, near_m {near_m}; needed are 16 or more, more '
                'than 0, 0 or more'
            )
        self.root = Path(data_root)
        self.sides = tuple(sides)
        self.tile_px, self.gsd_m, self.near_m = tile_px, gsd_m, near_m

    def requests(self) -> Iterator[TileRequest]:
        """Frames by side, city and name.

        Raises:
            CollectionError: If there is none.
        """
        count = 0
        for side in self.sides:
            folder = self.root / 'leftImg8bit' / side
            for image in sorted(folder.glob(f'*/*{_IMAGE}')):
                count += 1
                name, city = image.name.removesuffix(_IMAGE), image.parent.name
                camera = self.root / 'camera' / side / city / f'{name}_camera.json'
                yield _Frame(key=f'{side}/{name}', place=city, image=image, camera=camera)
        if not count:
            raise CollectionError(
                f'no photograph in {self.root}/leftImg8bit/{{{",".join(self.sides)}}}/CITY; needed '
                'is the folder that holds leftImg8bit and camera'
            )

    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Look at a frame from above."""
        if not isinstance(request, _Frame):
            raise CollectionError(f'{request.key} is no request of this source')
        camera = RoadCamera.read(request.camera)
        try:
            image = read_image(request.image)
        except ImageError as error:
            raise CollectionError(str(error)) from None
        view = birds_eye_view(
            image, camera, tile_px=self.tile_px, gsd_m=self.gsd_m, near_m=self.near_m
        )
        return UnlabeledTile(image=view, gsd_m=self.gsd_m)
