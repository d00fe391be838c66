"""Other textures for the same shapes."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from lanedet_mm.registry import TRANSFORMS

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]


@TRANSFORMS.register_module()
class RandomConvolution(BaseTransform):
    """Mix the image with a random filter of itself, drawn anew for each image.

    Colours and textures change, shapes stay: Xu et al. 2021, "Robust and generalizable visual
    representation learning via random convolutions". Weights are normal, over all three channels,
    with a variance of 1 / (3 k k), around the image's mean colour, so that the result is about as
    bright and as rich in contrast as the image was.

    White paint may come out dark: what makes a line is then its shape alone. `share` says how far
    that goes.

    Required key: img, BGR of 8 bits. Changed: img.

    Args:
        prob: Share of the images that are changed.
        kernel_px: Sides of the filters, odd, one of which is drawn. The paper has 1, 3, 5 and 7,
            but 5 px blur a line of 3 px.
        share: Least and greatest share of the filtered image in the result, in [0, 1].
    """

    def __init__(
        self,
        *,
        prob: float = 0.5,
        kernel_px: Sequence[int] = (1, 3),
        share: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        if not 0 <= prob <= 1 or not 0 <= share[0] <= share[1] <= 1:
            raise ValueError(
                f'prob is {prob} and share {share}; needed are 0 <= prob <= 1 and '
                '0 <= least <= greatest <= 1'
            )
        if not kernel_px or any(side < 1 or side % 2 == 0 for side in kernel_px):
            raise ValueError(f'kernel_px is {kernel_px}; needed are odd sides, such as (1, 3)')
        self.prob = prob
        self.kernel_px = tuple(kernel_px)
        self.share = share

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Change the image of some samples."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002 - what mm seeds
        if rng.random() >= self.prob:
            return results
        side = int(rng.choice(self.kernel_px))
        kernel = rng.normal(0, (3 * side * side) ** -0.5, (3, 3, side, side)).astype(np.float32)
        share = np.float32(rng.uniform(*self.share))
        image = results['img'].astype(np.float32)
        mean = image.mean((0, 1))
        mixed = (1 - share) * image + share * (mean + convolve(image - mean, kernel))
        results['img'] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
        return results

    def __repr__(self) -> str:
        options = ', '.join(f'{name}={value!r}' for name, value in vars(self).items())
        return f'{type(self).__name__}({options})'


def convolve(image: Values, kernel: Values) -> Values:
    """Filter an image across its channels, mirrored at its border.

    Args:
        image: Shape (H, W, C).
        kernel: Weights of output channel, input channel, row and column, shape (D, C, k, k).

    Returns:
        Shape (H, W, D).
    """
    border = cv2.BORDER_REFLECT_101
    planes = [np.ascontiguousarray(image[..., channel]) for channel in range(image.shape[2])]
    return np.stack(
        [
            sum(
                cv2.filter2D(plane, cv2.CV_32F, weights, borderType=border)
                for plane, weights in zip(planes, one, strict=True)
            )
            for one in kernel
        ],
        axis=2,
    )
