import numpy as np

from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage

TRAIN = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10]])  # 150 of ground together


def test_numbers_by_hand() -> None:
    side = np.array([[0.0, 0, 20, 10], [15, 0, 25, 10], [2, 2, 3, 3], [0, 0, 10, 30]])
    # 150 of 200; touching; inside; a third.
    leak = GroundLeakage.measure('val', side, TRAIN)
    assert leak.tiles == 4
    assert leak.overlapping == 0.75
    np.testing.assert_allclose(leak.ground_seen, (0.75 + 0 + 1 + 1 / 3) / 4)


def test_a_side_or_a_training_without_tiles_leaks_nothing() -> None:
    nothing = np.zeros((0, 4))
    assert GroundLeakage.measure('val', nothing, TRAIN) == GroundLeakage('val', 0, 0.0, 0.0)
    assert GroundLeakage.measure('val', TRAIN, nothing) == GroundLeakage('val', 2, 0.0, 0.0)
