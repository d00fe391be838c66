"""Whether an answer is a whole photograph."""

import io

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.refuse_holes import refuse_holes
from lanedet_mm.collection.web.polite_client import TryAgainError

_SIGNATURES = (b'\xff\xd8\xff', b'\x89PNG', b'RIFF')
_DEEP_MODES = ('I', 'F')  # more than 8 bits, which Pillow clips at 255


def read_photograph(answer: httpx.Response, *, size_px: int) -> NDArray[np.uint8]:
    """Decode an image strictly.

    Args:
        answer: Of an imagery server.
        size_px: Width and height that it must have.

    Returns:
        BGR, shape (size_px, size_px, 3).

    Raises:
        TryAgainError: If it breaks off.
        NothingHereError: If 1 % of it or more is a hole.
        CollectionError: If it is no image, or of another size or depth.
    """
    data = answer.content
    length = answer.headers.get('Content-Length', '')
    if length.isdigit() and 'Content-Encoding' not in answer.headers and len(data) < int(length):
        raise TryAgainError(f'{len(data)} of {length} bytes came')
    image = _open(data, answer.headers.get('Content-Type', 'nothing said'), size_px)
    try:
        image.load()
    except (OSError, SyntaxError):
        raise TryAgainError(f'the image breaks off after {len(data)} bytes') from None
    if 'A' in image.getbands() or 'transparency' in image.info:
        alpha = np.asarray(image.convert('RGBA'))[..., 3]
        refuse_holes(alpha == 255, 'the image')
    return np.asarray(cv2.cvtColor(np.asarray(image.convert('RGB')), cv2.COLOR_RGB2BGR), np.uint8)


def _open(data: bytes, kind: str, size_px: int) -> Image.Image:
    """Read an image's header, and refuse what it announces before any pixel is decoded."""
    try:
        image = Image.open(io.BytesIO(data))
    except OSError:
        if not data:
            raise TryAgainError('the answer is empty') from None
        if data.startswith(_SIGNATURES):
            raise TryAgainError(f'the image breaks off after {len(data)} bytes') from None
        begin = data[:80].decode(errors='replace')
        raise CollectionError(f'no image came but {kind}: {begin!r}') from None
    except Image.DecompressionBombError as error:
        raise CollectionError(f'{error}; needed are {size_px} x {size_px} px') from None
    if image.size != (size_px, size_px):
        raise CollectionError(
            f'{image.size[0]} x {image.size[1]} px came; needed are {size_px} x {size_px}: set '
            'server_tile_px, or, of a WMS, a tile_px that it draws'
        )
    if image.mode.startswith(_DEEP_MODES):
        raise CollectionError(
            f'pixels of kind {image.mode} came; needed are 8 bits a channel: ask the server for '
            'JPEG'
        )
    return image
