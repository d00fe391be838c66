"""Calibration of a model over a data set."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.calibration.calibration_report import calibration_report
from lanedet_mm.evaluation.calibration.calibration_sums import CalibrationSums

Image = NDArray[np.uint8]
Bands = Iterator[tuple[int, NDArray[np.float32]]]


def measure_calibration(
    bands: Callable[[Image], Bands],
    samples: Iterable[tuple[Image, NDArray[np.uint8]]],
    classes: Sequence[str],
) -> dict[str, Any]:
    """What `calibration_report` says of a model.

    Args:
        bands: From an image to the first row and the class probabilities (C, rows, W) of band after
            band, such as `SlidingWindow.probabilities`.
        samples: Image (BGR, shape (H, W, 3)) and truth (class indices, 255 ignored, shape (H, W)).
        classes: Class names; index 0 is the background.

    Raises:
        ValueError: If there is no sample.
    """
    parts = (
        CalibrationSums.of_probabilities(band, truth[row : row + band.shape[1]])
        for image, truth in samples
        for row, band in bands(image)
    )
    return calibration_report(CalibrationSums.add_up(parts), classes)
