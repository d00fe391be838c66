"""Tiles from images of a data set."""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.imagery import ImageError, read_image


@dataclass(frozen=True, kw_only=True)
class ImageWindow(TileRequest):
    """A window of an image file.

    Attributes:
        path: The file.
        image_wh: Width and height of the whole image, as its annotation or its header says.
        row: Its first row.
        column: Its first column.
        height: In pixels.
        width: In pixels.
        gsd_m: Ground metres per pixel.
    """

    path: Path
    image_wh: tuple[int, int]
    row: int
    column: int
    height: int
    width: int
    gsd_m: float


class LastImage:
    """The image that was read last, in each thread: windows of one image follow each other."""

    def __init__(self) -> None:
        self._own = threading.local()

    def window(self, request: ImageWindow) -> NDArray[np.uint8]:
        """Pixels of a window, BGR, shape (height, width, 3).

        Raises:
            CollectionError: If the image cannot be read, is of another size, or does not hold the
                window.
        """
        if getattr(self._own, 'path', None) != request.path:
            try:
                self._own.image = read_image(request.path)
            except ImageError as error:
                raise CollectionError(str(error)) from None
            self._own.path = request.path
        end_row, end_column = request.row + request.height, request.column + request.width
        image: NDArray[np.uint8] = self._own.image
        if image.shape[0] < end_row or image.shape[1] < end_column:
            raise CollectionError(
                f'{request.path} has {image.shape[1]} x {image.shape[0]} px; needed are '
                f'{end_column} x {end_row}'
            )
        if image.shape[1::-1] != request.image_wh:
            width, height = request.image_wh
            raise CollectionError(
                f'{request.path} has {image.shape[1]} x {image.shape[0]} px, its annotation says '
                f'{width} x {height}; they do not belong together'
            )
        return image[request.row : end_row, request.column : end_column].copy()


def header_wh(path: Path) -> tuple[int, int]:
    """Width and height from an image's header; (0, 0) of a file that is no image."""
    try:
        with Image.open(path) as image:
            return image.size
    except OSError:
        return (0, 0)
