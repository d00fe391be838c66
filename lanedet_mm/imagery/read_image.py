"""Image files to BGR arrays, without OpenCV's silences.

OpenCV fills the missing half of a truncated JPEG with grey, cuts 16 bits to 8, drops alpha and
turns an image by its EXIF tag, each without a word. A tile's polylines count pixels as they are
stored. TIFFs are read by rasterio (`read_tiff.py`).
"""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lanedet_mm.imagery.image_error import ImageError
from lanedet_mm.imagery.pixel_checks import check_depth, check_opaque
from lanedet_mm.imagery.read_tiff import is_tiff, read_tiff, read_tiff_values

_JPEG, _JPEG_END = b'\xff\xd8', b'\xff\xd9'
_PNG, _PNG_END = b'\x89PNG', b'IEND\xaeB`\x82'


def read_image(path: Path | str, *, size_wh: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Read an image of 8 bits as three channels, as it is stored (EXIF turns nothing).

    Grey becomes three equal channels. An alpha channel is dropped if it is opaque everywhere. Of
    a TIFF's bands the tags say which are colours and which is alpha.

    Args:
        path: A JPEG, PNG or TIFF file, or another kind that OpenCV reads.
        size_wh: The width and height that the image must have; None takes any.

    Returns:
        The pixels in BGR order, shape (H, W, 3).

    Raises:
        ImageError: If the file is missing, truncated or unreadable, has 16 bits or transparent
            pixels, or is of another size.
    """
    image = read_tiff(path) if is_tiff(path) else read_stored(path)
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
        path: A JPEG, PNG or TIFF file, or another kind that OpenCV reads.

    Returns:
        Shape (H, W), or (H, W, C) in BGR order. Of a TIFF with a table of colours the indices.

    Raises:
        ImageError: If the file is missing, truncated or unreadable.
    """
    if is_tiff(path):
        return read_tiff_values(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise ImageError(path, 'no such image; check the manifest and data_root') from None
    except OSError as error:
        raise ImageError(
            path, f'cannot be read ({error.strerror}); needed is a file that you may read'
        ) from None
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
    """BGR of what has been read, where that loses nothing."""
    check_depth(image.dtype.name, path)
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
    if image.shape[2] == 4:
        check_opaque(image[..., 3], path)
        image = np.ascontiguousarray(image[..., :3])
    if image.shape[2] != 3:
        raise ImageError(path, f'has {image.shape[2]} channels; needed are 1, 3 or 4')
    return np.asarray(image, np.uint8)
