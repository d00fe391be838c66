import numpy as np
import pytest

from lanedet_mm.evaluation.lines.line_comparison import compare_lines
from lanedet_mm.evaluation.lines.line_scores import score_lines
from lanedet_mm.evaluation.lines.line_sums import LineSums

SIZE = (60, 80)
SOLID, DASHED, IGNORED = 1, 2, 255


def line(
    row: int, *, start: int = 15, stop: int = 65, label: int = SOLID, width: int = 1
) -> np.ndarray:
    """Mask with a line along a row."""
    mask = np.zeros(SIZE, np.uint8)
    mask[row - width // 2 : row - width // 2 + width, start:stop] = label
    return mask


def compare(
    predicted: np.ndarray, truth: np.ndarray, gsd_m: float = 0.1, **options: object
) -> LineSums:
    return compare_lines(predicted, truth, ground_gsd_m=gsd_m, num_classes=3, **options)


@pytest.mark.parametrize('width', [1, 3])
def test_a_line_of_5_m_shifted_by_20_cm(width: int) -> None:
    sums = compare(line(32, width=width), line(30, width=width))
    assert sums.truth_m == pytest.approx([5, 5, 0])
    assert sums.predicted_m == pytest.approx([5, 5, 0])
    scores = score_lines(sums)
    for values in (scores.completeness, scores.correctness, scores.quality, scores.f1):
        assert values[:, 0] == pytest.approx([0, 1, 1, 1])
    assert scores.rms_m[:, 0] == pytest.approx([np.nan, 0.2, 0.2, 0.2], nan_ok=True)
    assert np.isnan(scores.completeness[:, DASHED]).all()


def test_a_distance_of_just_the_tolerance_counts() -> None:
    scores = score_lines(compare(line(33), line(30)))  # 0.3 / 0.1 is below 3 in floating point
    assert scores.completeness[:, 0] == pytest.approx([0, 1, 1, 1])


def test_half_found() -> None:
    sums = compare(line(30, stop=40), line(30))
    scores = score_lines(sums)
    # 25 of 50 px, and what lies ahead of the end within the tolerance: 1, 3, 5, 10 px.
    assert scores.completeness[:, 0] == pytest.approx([0.52, 0.56, 0.60, 0.70])
    assert scores.correctness[:, 0] == pytest.approx([1, 1, 1, 1])
    assert scores.quality[:, 0] == pytest.approx([0.52, 0.56, 0.60, 0.70])
    assert scores.f1[0, 0] == pytest.approx(2 * 0.52 / 1.52)
    assert scores.rms_m[:, 0] == pytest.approx([0, 0, 0, 0])


def test_two_thin_predictions_on_one_line_find_it_once() -> None:
    sums = compare(line(28) + line(33), line(30))  # 0.2 m above and 0.3 m below
    assert sums.truth_m[0] == pytest.approx(5)
    assert sums.predicted_m[0] == pytest.approx(10)
    assert sums.found_truth_m[:, 0] == pytest.approx([0, 5, 5, 5])
    assert sums.right_predicted_m[:, 0] == pytest.approx([0, 10, 10, 10])
    scores = score_lines(sums)
    assert scores.completeness[1, 0] == scores.correctness[1, 0] == pytest.approx(1)
    assert scores.quality[1, 0] == pytest.approx(1)
    assert scores.redundancy[1, 0] == pytest.approx(0.5)
    assert scores.rms_m[1, 0] == pytest.approx(np.sqrt((0.2**2 + 0.3**2) / 2))


def test_a_second_prediction_does_not_make_up_for_a_missed_line() -> None:
    scores = score_lines(compare(line(9) + line(11), line(10) + line(40)))
    assert scores.completeness[1, 0] == pytest.approx(0.5)
    assert scores.quality[1, 0] == pytest.approx(0.5)  # 10 of 15 m if lengths were added up


def test_a_swapped_class_is_found_and_confused() -> None:
    truth = line(20) + line(40, label=DASHED)
    predicted = line(21, label=DASHED) + line(40, start=15, stop=40, label=DASHED)
    sums = compare(predicted, truth, tolerances_m=[0.15])
    assert sums.found_truth_m[0] == pytest.approx([5 + 2.6, 0, 2.6])
    assert sums.right_predicted_m[0] == pytest.approx([7.5, 0, 2.5])
    assert sums.confusion_m[0] == pytest.approx(np.array([[0, 0, 0], [0, 0, 5], [0, 0, 2.6]]))
    scores = score_lines(sums)
    assert scores.class_accuracy[0] == pytest.approx(2.6 / 7.6)
    assert scores.confusion[0, SOLID] == pytest.approx([0, 0, 1])
    assert scores.completeness[0] == pytest.approx([0.76, 0, 0.52])
    assert scores.correctness[0, SOLID:] == pytest.approx([np.nan, 1 / 3], nan_ok=True)


def test_the_nearest_prediction_gives_the_class() -> None:
    predicted = line(29) + line(33, label=DASHED)
    sums = compare(predicted, line(30, label=DASHED))
    assert sums.confusion_m[:, DASHED] == pytest.approx(np.array([[0, 5, 0]] * 4))
    assert sums.found_truth_m[:, DASHED] == pytest.approx([0, 5, 5, 5])  # its own class, 0.3 m


def test_no_truth_and_no_prediction() -> None:
    nothing = np.zeros(SIZE, np.uint8)
    missed, false, empty = (
        score_lines(compare(*pair))
        for pair in ((nothing, line(30)), (line(30), nothing), (nothing, nothing))
    )
    for scores, completeness, correctness, f1 in (
        (missed, 0, np.nan, 0),
        (false, np.nan, 0, 0),
        (empty, np.nan, np.nan, np.nan),
    ):
        for at in range(4):
            found = scores.completeness[at, 0], scores.correctness[at, 0], scores.f1[at, 0]
            assert found == pytest.approx((completeness, correctness, f1), nan_ok=True)
        assert scores.quality[:, 0] == pytest.approx([f1] * 4, nan_ok=True)
        assert scores.pixel_f1 == pytest.approx([f1] * 4, nan_ok=True)
        assert np.isnan(scores.rms_m).all()
        assert np.isnan(scores.class_accuracy).all()


def test_ignored_ground_counts_for_nothing() -> None:
    truth = line(20)
    truth[21:] = IGNORED
    predicted = line(20, stop=40) + line(22) + line(50, label=DASHED)
    sums = compare(predicted, truth, tolerances_m=[0.3])
    assert sums.truth_m[0] == pytest.approx(5)
    assert sums.predicted_m == pytest.approx([2.5, 2.5, 0])
    # The line of row 22 would be near enough to all of the truth.
    assert sums.found_truth_m[0, 0] == pytest.approx(2.8)
    assert sums.truth_m2 == pytest.approx(0.5)
    assert sums.predicted_m2 == pytest.approx(0.25)
    assert sums.found_truth_m2 == pytest.approx([0.28])


def test_twice_the_resolution_gives_the_same_metres() -> None:
    predicted, truth = line(32, width=3), line(30, stop=45, width=3)
    fine = [np.kron(mask, np.ones((2, 2), np.uint8)) for mask in (predicted, truth)]
    coarse_sums, fine_sums = compare(predicted, truth, 0.2), compare(*fine, 0.1)
    assert coarse_sums.truth_m[0] == pytest.approx(6)
    assert coarse_sums.predicted_m[0] == pytest.approx(10)
    for field in ('truth_m', 'predicted_m', 'found_truth_m', 'right_predicted_m'):
        fine_field = getattr(fine_sums, field)
        assert getattr(coarse_sums, field) == pytest.approx(fine_field, abs=0.21)
    assert score_lines(fine_sums).rms_m[2, 0] == pytest.approx(0.4, abs=0.005)
    assert score_lines(coarse_sums).rms_m[2, 0] == pytest.approx(0.4, abs=0.005)


def test_true_polylines_give_lengths_and_distances_that_a_mask_cannot() -> None:
    ends = np.array([[15.0, 30.4], [64, 30.4]])
    options = {'truth_lines': [(ends, DASHED)], 'tolerances_m': [0.15, 0.17]}
    sums = compare(line(32), np.zeros(SIZE, np.uint8), **options)
    assert sums.truth_m == pytest.approx([4.9, 0, 4.9])
    assert sums.found_truth_m == pytest.approx(np.array([[0, 0, 0], [4.9, 0, 0]]))
    assert sums.confusion_m[1, DASHED] == pytest.approx([0, 4.9, 0])
    assert score_lines(sums).rms_m[1, 0] == pytest.approx(0.16, abs=0.001)


@pytest.mark.parametrize(('row', 'col', 'away_m'), [(20, 30, 0.2), (23, 29, 0.1), (24, 32, 0)])
def test_the_distance_to_an_oblique_polyline_is_exact(row: int, col: int, away_m: float) -> None:
    oblique = np.array([[0.0, 0], [60, 45]])  # its distance is |0.6 column - 0.8 row|
    predicted = np.zeros(SIZE, np.uint8)
    predicted[row, col] = SOLID
    sums = compare(predicted, np.zeros(SIZE, np.uint8), truth_lines=[(oblique, SOLID)])
    assert score_lines(sums).rms_m[2, 0] == pytest.approx(away_m, abs=1e-9)


def test_true_polylines_are_cut_at_the_tile_and_at_ignored_ground() -> None:
    truth = np.zeros(SIZE, np.uint8)
    truth[:, :10] = IGNORED  # up to column 9.5
    lines = [(np.array([[-30.0, 20], [200, 20]]), SOLID)]
    sums = compare(line(20, start=0, stop=80), truth, truth_lines=lines)
    assert sums.truth_m[0] == pytest.approx(7)
    assert sums.predicted_m[0] == pytest.approx(7, abs=0.11)
    assert score_lines(sums).completeness[0, 0] == 1


def test_relaxed_pixel_f1_by_hand() -> None:
    # Paint of 3 rows each, 2 rows apart: within 1 px two of three rows, within 2 px all.
    scores = score_lines(compare(line(32, width=3), line(30, width=3), tolerances_m=[0.1, 0.2]))
    assert scores.pixel_f1 == pytest.approx([2 / 3, 1])


def test_pixel_f1_is_the_same_beyond_the_reach_of_a_dilation() -> None:
    predicted, truth = line(10), line(30)
    for tolerance_m, found in ((0.19, 0), (0.20, 1)):
        sums = compare(predicted, truth, 0.01, tolerances_m=[tolerance_m])
        assert score_lines(sums).pixel_f1 == pytest.approx([found])
    nothing = np.zeros(SIZE, np.uint8)
    assert compare(truth, nothing, 0.01, tolerances_m=[0.2]).right_predicted_m2.tolist() == [0]


def test_mistakes_are_told() -> None:
    truth = line(30)
    with pytest.raises(ValueError, match=r'shape \(2, 2\) and the truth \(60, 80\)'):
        compare(np.zeros((2, 2), np.uint8), truth)
    with pytest.raises(ValueError, match='prediction holds values from 0 to 3; needed are classes'):
        compare(line(30, label=3), truth)
    with pytest.raises(ValueError, match='truth holds values from 0 to 7'):
        compare(truth, line(30, label=7))
    with pytest.raises(ValueError, match='true line has class 255; needed are lane classes 1 to 2'):
        compare(truth, truth, truth_lines=[(np.zeros((2, 2)), IGNORED)])
    with pytest.raises(ValueError, match='ground_gsd_m is 0'):
        compare(truth, truth, 0)
    for tolerances in ([], [0.3, 0.15], [0.0, 0.3]):
        with pytest.raises(ValueError, match='rising metres above 0'):
            compare(truth, truth, tolerances_m=tolerances)
