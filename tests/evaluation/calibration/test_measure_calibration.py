from collections.abc import Iterator

import numpy as np
import pytest

from lanedet_mm.evaluation.calibration.measure_calibration import measure_calibration

CLASSES = ('background', 'lane')


def bands(image: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Blue tenths of lane, a row at a time."""
    lane = image[..., 0].astype(np.float32) / 10
    for row in range(len(lane)):
        yield row, np.stack([1 - lane, lane])[:, row : row + 1]


def test_bands_meet_their_own_rows_of_the_truth() -> None:
    image = np.zeros((4, 2, 3), np.uint8)
    image[0], image[2] = 8, 6  # called lane with 0.8 and with 0.6
    truth = np.array([[1, 1], [0, 0], [1, 0], [255, 255]], np.uint8)
    lane = measure_calibration(bands, [(image, truth)], CLASSES)['lane']
    # 0.8 where all are right and 0.6 where half are: (2 * 0.2 + 2 * 0.1) / 4.
    assert lane['ece'] == pytest.approx(0.15)
    twice = measure_calibration(bands, [(image, truth)] * 2, CLASSES)['lane']
    assert twice['ece'] == pytest.approx(0.15)
