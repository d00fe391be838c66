import numpy as np
import pytest

from lanedet_mm.evaluation.calibration.calibration_sums import CalibrationSums


def pixels(*columns: tuple[float, float, float], truth: list[int]) -> CalibrationSums:
    """Sums in ten bins of one row of pixels, whose probabilities are given one by one."""
    probabilities = np.array(columns, np.float32).T[:, None]
    return CalibrationSums.of_probabilities(probabilities, np.array([truth], np.uint8), bins=10)


def entries(table: np.ndarray) -> dict[tuple[int, int], float]:
    """Row, bin and value of what is not 0."""
    return {(int(row), int(at)): table[row, at].item() for row, at in np.argwhere(table)}


def test_each_pixel_lands_in_its_row_and_bin() -> None:
    sums = pixels(
        (0.05, 0.90, 0.05),  # right solid
        (0.10, 0.65, 0.25),  # dashed that is called solid
        (0.75, 0.20, 0.05),  # solid that is called background
        (0.30, 0.10, 0.60),  # background that is called dashed
        (0.99, 0.01, 0.00),  # background, which is no lane pixel
        (0.10, 0.80, 0.10),  # ignored
        truth=[1, 2, 1, 0, 0, 255],
    )
    assert entries(sums.predicted) == {(0, 7): 1, (1, 6): 1, (1, 9): 1, (2, 6): 1}
    assert entries(sums.confidence) == pytest.approx(
        {(0, 7): 0.75, (1, 6): 0.65, (1, 9): 0.9, (2, 6): 0.6}
    )
    assert entries(sums.correct) == {(1, 9): 1}
    assert entries(sums.missed) == {(1, 2): 1, (2, 2): 1}
    assert entries(sums.missed_confidence) == pytest.approx({(1, 2): 0.2, (2, 2): 0.25})
    # By the most probable lane class; the pixel of 0.01 lies in the first bin.
    assert entries(sums.offered) == {(1, 9): 1, (1, 6): 1, (1, 2): 1, (2, 6): 1}
    assert entries(sums.offered_right) == {(1, 9): 1, (1, 2): 1}


@pytest.mark.parametrize('hundredths', range(50, 101))
def test_a_bin_holds_its_lower_edge_and_the_last_one_also_1(hundredths: int) -> None:
    sure = np.float32(hundredths / 100)
    probabilities = np.array([[[1 - sure]], [[sure]]], np.float32)
    probabilities[0] -= 1e-3  # no tie at a half
    sums = CalibrationSums.of_probabilities(probabilities, np.ones((1, 1), np.uint8))
    assert entries(sums.correct) == {(1, min(hundredths, 99)): 1}
    assert sums.edges[hundredths] == sure


def test_sums_of_parts_are_those_of_the_whole() -> None:
    rng = np.random.default_rng(0)
    raw = rng.random((3, 20, 30)).astype(np.float32)
    probabilities, truth = raw / raw.sum(0), rng.integers(0, 3, (20, 30))
    whole = CalibrationSums.of_probabilities(probabilities, truth)
    parts = CalibrationSums.add_up(
        CalibrationSums.of_probabilities(probabilities[:, row : row + 5], truth[row : row + 5])
        for row in range(0, 20, 5)
    )
    for name, table in vars(whole).items():
        np.testing.assert_allclose(getattr(parts, name), table)
    assert whole.correct[1].sum() + whole.missed[1].sum() == (truth == 1).sum()


def test_mistakes_are_told() -> None:
    probabilities = np.zeros((3, 4, 5), np.float32)
    with pytest.raises(ValueError, match=r'needed are \(C, H, W\) and \(H, W\)'):
        CalibrationSums.of_probabilities(probabilities, np.zeros((5, 4), np.uint8))
    few, many = (
        CalibrationSums.of_probabilities(probabilities, np.zeros((4, 5), np.uint8), bins=bins)
        for bins in (10, 20)
    )
    with pytest.raises(ValueError, match='use the same classes and bins'):
        few + many
    with pytest.raises(ValueError, match='needed is at least one tile'):
        CalibrationSums.add_up([])
