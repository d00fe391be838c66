"""What a camera and its file do to a photograph: noise, JPEG, ground resolution."""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def noise(image: Image, sigma: float, rng: np.random.Generator) -> Image:
    """Normal noise, independent for each pixel and channel.

    Args:
        image: BGR, shape (H, W, 3).
        sigma: Standard deviation in grey levels.
        rng: Draws it; with one seed a greater sigma is the same noise, only stronger.
    """
    grain = rng.standard_normal(image.shape, np.float32)
    return np.clip(np.rint(image + np.float32(sigma) * grain), 0, 255).astype(np.uint8)


def jpeg(image: Image, quality: float, rng: np.random.Generator) -> Image:
    """Written as JPEG and read again.

    Args:
        image: BGR, shape (H, W, 3).
        quality: Of libjpeg, 1 to 100.
        rng: Not used.
    """
    _, data = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def resample(image: Image, gsd_factor: float, rng: np.random.Generator) -> Image:
    """The same ground in pixels of another size; the image's own size changes with them.

    Args:
        image: BGR, shape (H, W, 3).
        gsd_factor: Ground metres per pixel afterwards, divided by those before: above 1 is coarser.
        rng: Not used.
    """
    size_wh = tuple(max(round(side / gsd_factor), 1) for side in image.shape[1::-1])
    kind = cv2.INTER_AREA if gsd_factor > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size_wh, interpolation=kind), np.uint8)
