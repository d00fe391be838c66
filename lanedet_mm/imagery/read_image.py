"""Image files to BGR arrays, without OpenCV's silences.

OpenCV fills the missing half of a truncated JPEG with grey, cuts 16 bits to 8, drops alpha and
turns an image by its EXIF tag, each without a word. A tile's polylines count pixels as they are
stored.
"""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lanedet_mm.imagery.image_error import ImageError

_JPEG, _JPEG_END = b'\xff\xd8', b'\xff\xd9'
_PNG, _PNG_END = b'\x89PNG', b'IEND\xaeB`\x82'


def read_image(path: Path | str, *, size_wh: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Read an image of 8 bits as three channels, as it is stored (EXIF turns nothing).

    Grey becomes three equal channels. An alpha channel is dropped if it is opaque everywhere.

    Args:
        path: A JPEG or PNG file, or another kind that OpenCV reads.
        size_wh: The width and height that the image must have; None takes any.

    Returns:
        The pixels in BGR order, shape (H, W, 3).

    Raises:
        ImageError: If the file is missing, truncated or unreadable, has 16 bits or transparent
            pixels, or is of another size.
    """
    image = read_stored(path)
    if size_wh is not None and image.shape[1::-1] != tuple(size_wh):
        raise ImageError(
            path,
            f'is {image.shape[1]} x {image.shape[0]} px, but its annotation says resolution '
            f'{size_wh[0]} x {size_wh[1]} px; they do not belong together',
        )
    return _three_channels(image, path)


def read_stored(path: Path | str) -> NDArray[Any]:
    """Read the values of an image file as they are: any depth, any number of channels.

    Args:
        path: A JPEG or PNG file, or another kind that OpenCV reads.

    Returns:
        Shape (H, W), or (H, W, C) in BGR order.

    Raises:
        ImageError: If the file is missing, truncated or unreadable.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise ImageError(path, 'no such image; check the manifest and data_root') from None
    if not _is_whole(data):
        raise ImageError(path, f'truncated after {len(data)} bytes; get the file again')
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # an empty file
        image = None
    if image is None:
        raise ImageError(path, f'no image that OpenCV reads ({len(data)} bytes); get it again')
    return np.asarray(image)


def _is_whole(data: bytes) -> bool:
    """Whether a JPEG or PNG file goes on to its end."""
    if data.startswith(_PNG):
        return _PNG_END in data
    if not data.startswith(_JPEG) or data.endswith(_JPEG_END):
        return True
    try:  # something may follow the end of the image: let a strict decoder decide
        Image.open(io.BytesIO(data)).load()
    except (OSError, SyntaxError):
        return False
    return True


def _three_channels(image: NDArray[Any], path: Path | str) -> NDArray[np.uint8]:
    """BGR of what OpenCV has read, where that loses nothing."""
    if image.dtype != np.uint8:
        raise ImageError(
            path,
            f'holds {image.dtype} values; needed are 8 bits: convert it with a stretch of your '
            'choice, the same for all tiles',
        )
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
    if image.shape[2] == 4:
        clear = int((image[..., 3] != 255).sum())
        if clear:
            raise ImageError(
                path,
                f'has {clear} pixels that are not opaque; needed is an image without holes: fill '
                'them or leave the tile out',
            )
        image = np.ascontiguousarray(image[..., :3])
    if image.shape[2] != 3:
        raise ImageError(path, f'has {image.shape[2]} channels; needed are 1, 3 or 4')
    return np.asarray(image, np.uint8)
