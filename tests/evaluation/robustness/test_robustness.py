import json
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.evaluation.robustness.corruption import Corruption
from lanedet_mm.evaluation.robustness.corruptions import CORRUPTIONS
from lanedet_mm.evaluation.robustness.robustness import measure_robustness
from lanedet_mm.evaluation.robustness.sensor import resample

SIZE = 20


def fade(image: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Take away that many of the 10 columns of paint."""
    faded = image.copy()
    faded[:, 5 : 5 + int(amount)] = 0
    return faded


FADING = {'fading': Corruption(fade, (1, 2, 4, 5, 10), 'columns')}


def bright_is_lane(image: np.ndarray) -> np.ndarray:
    return (image[..., 0] > 100).astype(np.uint8)


def sample(first_col: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """White paint in ten columns, all of it labelled."""
    truth = np.zeros((SIZE, SIZE), np.uint8)
    truth[:, first_col : first_col + 10] = 1
    return np.repeat(truth[..., None] * 255, 3, axis=2), truth


def test_the_drop_is_that_of_the_summed_pixels() -> None:
    # The second sample's paint begins in column 6: of it one column less is lost each time.
    report = measure_robustness(
        bright_is_lane, [sample(5), sample(6)], num_classes=2, corruptions=FADING
    )
    assert report['clean']['lane_iou'] == 1
    row = report['corruptions']['fading']
    lost = [1 + 0, 2 + 1, 4 + 3, 5 + 4, 10 + 9]  # of 20 columns
    assert row['lane_iou'] == pytest.approx([1 - one / 20 for one in lost])
    assert row['relative_drop'] == pytest.approx([one / 20 for one in lost])
    assert row['mean_relative_drop'] == pytest.approx(39 / 100)
    assert report['mean_relative_drop'] == pytest.approx(39 / 100)
    assert (row['unit'], row['amounts']) == ('columns', [1, 2, 4, 5, 10])


def test_the_drop_is_relative_to_the_clean_iou_and_the_mean_is_over_corruptions() -> None:
    def half_seen(image: np.ndarray) -> np.ndarray:
        mask = bright_is_lane(image)
        mask[: SIZE // 2] = 0
        return mask

    none = Corruption(fade, (0, 0, 0, 0, 0), 'columns')
    report = measure_robustness(
        half_seen, [sample()], num_classes=2, corruptions={**FADING, 'none': none}
    )
    assert report['clean']['lane_iou'] == 0.5
    row = report['corruptions']['fading']
    assert row['lane_iou'] == pytest.approx([0.45, 0.4, 0.3, 0.25, 0])
    assert row['relative_drop'] == pytest.approx([0.1, 0.2, 0.4, 0.5, 1])
    assert report['corruptions']['none']['mean_relative_drop'] == 0
    assert report['mean_relative_drop'] == pytest.approx(0.44 / 2)


def test_pixels_of_another_size_are_mapped_back() -> None:
    sizes = []

    def predict(image: np.ndarray) -> np.ndarray:
        sizes.append(image.shape[:2])
        return bright_is_lane(image)

    finer = {'gsd': Corruption(resample, (0.5, 0.5, 0.5, 0.5, 0.25), 'times the gsd')}
    report = measure_robustness(predict, [sample()], num_classes=2, corruptions=finer)
    assert sizes == [(20, 20), *[(40, 40)] * 4, (80, 80)]
    assert report['corruptions']['gsd']['lane_iou'] == [1.0] * 5


def test_a_rotated_truth_is_met_by_a_rotated_prediction() -> None:
    rotation = {'rotation': CORRUPTIONS['rotation']}
    report = measure_robustness(bright_is_lane, [sample()], num_classes=2, corruptions=rotation)
    assert min(report['corruptions']['rotation']['lane_iou']) > 0.9


def test_a_truth_that_can_be_drawn_is_drawn_under_the_map() -> None:
    image, truth = sample()
    asked = []

    def redraw(at: int, matrix: np.ndarray) -> np.ndarray:
        asked.append((at, matrix))
        return np.ones_like(truth)

    rotation = {'rotation': CORRUPTIONS['rotation']}
    report = measure_robustness(
        bright_is_lane, [(image, truth)], num_classes=2, corruptions=rotation, redraw=redraw
    )
    matrices = report['corruptions']['rotation']['confusion']
    assert [at for at, _ in asked] == [0] * 5
    # 45 degrees about the middle of 20 px: the middle stays, the corners are beyond the image.
    np.testing.assert_allclose(asked[4][1] @ [9.5, 9.5, 1], [9.5, 9.5])
    assert all(matrix[0] == [0, 0] for matrix in matrices)  # all of the drawn truth is lane
    assert sum(matrices[4][1]) == pytest.approx(400 * 0.828, abs=12)


def test_every_model_sees_the_same_images_and_each_sample_others() -> None:
    seen: list[list[np.ndarray]] = []

    def remember(image: np.ndarray) -> np.ndarray:
        seen[-1].append(image)
        return bright_is_lane(image)

    noise = {'noise': CORRUPTIONS['noise']}
    for seed in (0, 0, 1):
        seen.append([])
        measure_robustness(
            remember, [sample(), sample()], num_classes=2, corruptions=noise, seed=seed
        )
    assert all(map(np.array_equal, seen[0], seen[1]))
    assert not np.array_equal(seen[0][2], seen[2][2])
    assert not np.array_equal(seen[0][2], seen[0][3])  # the same sample at another place


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path, calls = tmp_path / 'made/robustness.json', []

    def dies(image: np.ndarray) -> np.ndarray:
        calls.append(image)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return bright_is_lane(image)

    options = {'num_classes': 2, 'corruptions': FADING, 'path': path, 'note': 'a.onnx, nevada'}
    with pytest.raises(KeyboardInterrupt):
        measure_robustness(dies, [sample()], **options)
    part = json.loads(path.read_text())
    assert part['corruptions']['fading']['lane_iou'] == pytest.approx([0.9, 0.8, None, None, None])
    assert part['mean_relative_drop'] is None

    said: list[str] = []
    report = measure_robustness(bright_is_lane, [sample()], **options, progress=said.append)
    assert said == ['fading 3', 'fading 4', 'fading 5']
    assert report == json.loads(path.read_text())
    assert report == {
        **measure_robustness(bright_is_lane, [sample()], num_classes=2, corruptions=FADING),
        'note': 'a.onnx, nevada',
    }


def test_a_file_of_another_model_or_table_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / 'robustness.json'
    options = {'num_classes': 2, 'path': path}
    measure_robustness(bright_is_lane, [sample()], corruptions=FADING, note='a', **options)
    with pytest.raises(ValueError, match=r"made of \{'note': 'a'.*needed is \{'note': 'b'"):
        measure_robustness(bright_is_lane, [sample()], corruptions=FADING, note='b', **options)
    other = {'fading': Corruption(fade, (1, 2, 3, 4, 5), 'columns')}
    with pytest.raises(ValueError, match=r'amounts.*delete it, or name another file'):
        measure_robustness(bright_is_lane, [sample()], corruptions=other, note='a', **options)


def test_without_lanes_there_is_no_drop_and_without_samples_an_error() -> None:
    image, truth = sample()
    report = measure_robustness(
        bright_is_lane, [(image, 0 * truth)], num_classes=2, corruptions=FADING
    )
    assert report['clean']['lane_iou'] is None
    assert report['mean_relative_drop'] is None
    json.dumps(report, allow_nan=False)
    with pytest.raises(ValueError, match='there is no sample'):
        measure_robustness(bright_is_lane, [], num_classes=2)
    with pytest.raises(ValueError, match=r'sample 0 has an image of \(20, 20\) and a truth of'):
        measure_robustness(bright_is_lane, [(image, truth[:10])], num_classes=2)
