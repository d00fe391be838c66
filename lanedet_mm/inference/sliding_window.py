"""Class map of an image of any size, from windows whose probabilities are blended."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery import blend_weight, check_window, window_starts
from lanedet_mm.inference.class_thresholds import ClassThresholds
from lanedet_mm.inference.lane_model import Image, LaneModel, Probabilities

ClassMap = NDArray[np.uint8]


class SlidingWindow:
    """Moves a model over an image, one row of windows after the other.

    What two windows both see, they decide together: their probabilities are added with a weight
    that falls towards a window's edge, where a network knows least. Only the band of the image
    under one row of windows is held as probabilities, so that memory beyond the image and its
    class map grows with the width of the image, not with its area.

    An image that is smaller than a window is mirrored at its edge up to one, and cropped back.

    Args:
        model: What predicts a window.
        tile_px: Side of a window; a multiple of the model's stride.
        overlap_px: What neighbours share.
        batch: Windows that the model gets at once.
        thresholds: From which probability on lanes are painted; None paints the most probable
            class.
    """

    def __init__(
        self,
        model: LaneModel,
        *,
        tile_px: int = 512,
        overlap_px: int = 128,
        batch: int = 4,
        thresholds: ClassThresholds | None = None,
    ) -> None:
        check_window(tile_px, overlap_px)
        if model.fixed_size and tile_px != model.tile_px:
            raise ValueError(
                f'the model takes windows of {model.tile_px} px and no others, got {tile_px} px; '
                'ask for its size, or export it with a size of your own'
            )
        if batch < 1:
            raise ValueError(f'a batch of {batch} windows; needed is at least 1')
        self.model = model
        if thresholds:
            self.require_probabilities('thresholds')
        self.tile_px = tile_px
        self.overlap_px = overlap_px
        self.batch = batch
        self.thresholds = thresholds
        self._weight = blend_weight(tile_px, overlap_px)

    def count(self, size_hw: tuple[int, int]) -> int:
        """Number of windows on an image of this size."""
        rows, cols = (self._starts(length) for length in size_hw)
        return len(rows) * len(cols)

    def __call__(
        self, image: Image, *, progress: Callable[[int], object] | None = None
    ) -> ClassMap:
        """Class of each pixel.

        Args:
            image: BGR, shape (H, W, 3).
            progress: Called with the number of windows done since the last call.

        Returns:
            Class indices, shape (H, W).
        """
        size_hw = image.shape[:2]
        image = self._padded(image)
        class_map = np.empty(image.shape[:2], np.uint8)
        for row, band in self._bands(image, progress or (lambda _: None)):
            decided = self.thresholds(band) if self.thresholds else band.argmax(0)
            class_map[row : row + band.shape[1]] = decided
        return class_map[: size_hw[0], : size_hw[1]]

    def probabilities(self, image: Image) -> Iterator[tuple[int, Probabilities]]:
        """First row and class probabilities (C, rows, W) of one band of an image after the other.

        Args:
            image: BGR, shape (H, W, 3).

        Raises:
            ValueError: If the model says classes alone.
        """
        self.require_probabilities('probabilities')
        height, width = image.shape[:2]
        for row, band in self._bands(self._padded(image), lambda _: None):
            part = band[:, : max(height - row, 0), :width]
            if part.size:
                yield row, part / part.sum(0)

    def require_probabilities(self, what: str) -> None:
        """Refuse a model that says classes alone.

        Args:
            what: What is asked of it, for the message.

        Raises:
            ValueError: If its outputs are votes, 0 or 1.
        """
        if not self.model.has_probabilities:
            raise ValueError(
                f'{what} of a model file that says classes without probabilities; export it '
                'without with_argmax (configs/deploy/onnxruntime_dynamic.py), or leave them out'
            )

    def _padded(self, image: Image) -> Image:
        """The image, mirrored up to the size of a window."""
        size_hw = image.shape[:2]
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in size_hw:
            raise ValueError(
                f'image of shape {image.shape}, {image.dtype}; needed is BGR, (H, W, 3), uint8'
            )
        short = [max(self.tile_px - length, 0) for length in size_hw]
        if any(short):
            mirror = cv2.BORDER_REFLECT_101
            image = np.asarray(
                cv2.copyMakeBorder(image, 0, short[0], 0, short[1], mirror), np.uint8
            )
        return image

    def _bands(
        self, image: Image, progress: Callable[[int], object]
    ) -> Iterator[tuple[int, Probabilities]]:
        """First row and weighted probabilities (C, rows, W) of what no later window touches."""
        rows = self._starts(image.shape[0])
        shape = (len(self.model.classes), self.tile_px, image.shape[1])
        band = np.zeros(shape, np.float32)
        for row, next_row in zip(rows, [*rows[1:], image.shape[0]], strict=True):
            self._add_row(band, image[row : row + self.tile_px], progress)
            done = next_row - row
            # The sum of the weights is the same for all classes: deciding needs no division.
            yield row, band[:, :done]
            kept = self.tile_px - done
            band[:, :kept] = band[:, done:]
            band[:, kept:] = 0

    def _add_row(
        self, band: Probabilities, strip: Image, progress: Callable[[int], object]
    ) -> None:
        """Predict one row of windows into the band."""
        cols = self._starts(strip.shape[1])
        for first in range(0, len(cols), self.batch):
            batch = cols[first : first + self.batch]
            tiles = [np.ascontiguousarray(strip[:, col : col + self.tile_px]) for col in batch]
            probabilities = self.model(tiles)
            expected = (len(batch), *band.shape[:2], self.tile_px)
            if probabilities.shape != expected:
                raise ValueError(
                    f'the model gave {probabilities.shape} for {len(batch)} windows; needed are '
                    f'probabilities (N, C, H, W) = {expected}: do its classes fit its head?'
                )
            for col, one in zip(batch, probabilities, strict=True):
                band[:, :, col : col + self.tile_px] += one * self._weight
            progress(len(batch))

    def _starts(self, length_px: int) -> list[int]:
        return window_starts(max(length_px, self.tile_px), self.tile_px, self.overlap_px)
