"""Colour changes by look-up table."""

import cv2
import numpy as np
from mmseg.datasets.transforms import PhotoMetricDistortion
from numpy.typing import NDArray

from lanedet_mm.registry import TRANSFORMS

Pixels = NDArray[np.uint8]
_LEVELS = np.arange(256, dtype=np.uint8)


@TRANSFORMS.register_module()
class LutPhotoMetricDistortion(PhotoMetricDistortion):
    """mmseg's `PhotoMetricDistortion`, equal to the last bit, in a third of the time.

    What it does to a pixel depends on that pixel's value alone, of which there are 256: the
    change is computed for those and looked up for the image.
    """

    def convert(self, img: Pixels, alpha: float = 1, beta: float = 0) -> Pixels:
        """Multiply by alpha, add beta, clip to 8 bits."""
        table = super().convert(_LEVELS, alpha, beta)
        return np.asarray(cv2.LUT(img, table), np.uint8)

    def hue(self, img: Pixels) -> Pixels:
        """Turn the hue of half of the images."""
        if np.random.randint(2):  # noqa: NPY002 - the same draws as mmseg's
            turn = np.random.randint(-self.hue_delta, self.hue_delta)  # noqa: NPY002
            hsv = cv2.cvtColor(img, cv2.COLOR_BGR2HSV)
            table = ((_LEVELS.astype(int) + turn) % 180).astype(np.uint8)
            hsv[..., 0] = cv2.LUT(hsv[..., 0], table)
            return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), np.uint8)
        return img
