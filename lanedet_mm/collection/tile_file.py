"""A fetched tile as it will lie on disk, and what identifies it."""

import hashlib
from dataclasses import dataclass

import cv2
import imagehash
import numpy as np
from PIL import Image

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile

_LEAST_SPREAD = 4.0  # grey levels; the flattest of 1,050 rendered and 1,344 real tiles has 6
_MOST_ALIKE = 0.6  # share of pixels that one value may have: no imagery, a border, a mask


@dataclass(frozen=True)
class TileFile:
    """A tile as a JPEG.

    Attributes:
        data: The file.
        sha256: Its SHA-256, hexadecimal.
        phash: Perceptual hash of 64 bits (imagehash's, from the low frequencies of a DCT): near
            the same for the same picture, scaled, brightened or compressed again.
        size_wh: Width and height in pixels.
        blank: Why there is nothing to learn from it; None if there is.
    """

    data: bytes
    sha256: str
    phash: int
    size_wh: tuple[int, int]
    blank: str | None

    @classmethod
    def of(cls, tile: UnlabeledTile, *, quality: int) -> 'TileFile':
        """Compress a tile.

        Raises:
            CollectionError: If it is not BGR of 8 bits, or its scale is no number above 0.
        """
        image = tile.image
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise CollectionError(
                f'a tile came as {image.dtype} of shape {image.shape}; needed is uint8 (H, W, 3)'
            )
        if not 0 < tile.gsd_m < np.inf:
            raise CollectionError(f'a tile came with gsd_m {tile.gsd_m}; needed is more than 0')
        encoded = cv2.imencode('.jpg', image, (cv2.IMWRITE_JPEG_QUALITY, quality))[1].tobytes()
        small = cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        bits = imagehash.phash(Image.fromarray(grey)).hash
        return cls(
            encoded,
            hashlib.sha256(encoded).hexdigest(),
            int.from_bytes(np.packbits(bits).tobytes()),
            image.shape[1::-1],
            _blankness(image),
        )


def _blankness(image: np.ndarray) -> str | None:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    spread = float(grey.std())
    if spread < _LEAST_SPREAD:
        return f'its grey levels spread by {spread:.1f}'
    counts = np.bincount(grey.ravel(), minlength=256)
    share = counts.max() / grey.size
    if share > _MOST_ALIKE:
        return f'{share:.0%} of it has the grey level {counts.argmax()}'
    return None
