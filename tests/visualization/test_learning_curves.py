import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lanedet_mm.visualization.learning_curves import (
    Curve,
    draw_learning_curves,
    learning_curves,
)

Training = Callable[..., dict[str, Any]]
WriteRun = Callable[..., Path]


def drawn(picture: np.ndarray, color: str, cover: float) -> np.ndarray:
    """Rows and columns of the pixels of a colour that covers white so far."""
    wanted = 255 * (cover * np.array(to_rgb(color)) + 1 - cover)
    return np.argwhere(np.abs(picture.astype(float) - wanted).max(axis=2) < 4)


LINE, BAND, LINE_ON_BAND = 0.85, 0.2, 0.88


def curve(label: str, values: Sequence[float], *, runs: int = 1, spread: float = 0.0) -> Curve:
    mean = np.array(values, float)
    steps = 10 * np.arange(1, len(mean) + 1)
    return Curve(label, runs, 'iteration', steps, mean, mean - spread, mean + spread)


def test_seeds_become_their_mean_between_lowest_and_highest(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    values = {'a': (1.0, 2.0), 'b': (2.0, 4.0), 'c': (6.0, 0.0), 'other': (9.0, 8.0)}
    runs = [
        write_run(tmp_path / name, [training(10, loss=first), training(20, loss=second)])
        for name, (first, second) in values.items()
    ]
    panels = learning_curves(runs, ['loss'], labels=['mine', 'mine', 'mine', 'other'])
    mine, other = panels['loss']
    assert (mine.label, mine.runs, mine.unit) == ('mine', 3, 'iteration')
    np.testing.assert_array_equal(mine.steps, [10, 20])
    np.testing.assert_array_equal(mine.mean, [3, 2])
    np.testing.assert_array_equal(mine.low, [1, 0])
    np.testing.assert_array_equal(mine.high, [6, 4])
    assert (other.label, other.runs) == ('other', 1)
    np.testing.assert_array_equal(other.mean, [9, 8])
    np.testing.assert_array_equal(other.low, other.high)


def test_a_mean_stands_where_every_seed_has_a_value(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    long = write_run(tmp_path / 'long', [training(step, loss=step) for step in (10, 20, 30)])
    short = write_run(tmp_path / 'short', [training(step, loss=0.0) for step in (20, 10)])
    (both,) = learning_curves([long, short], ['loss'], labels=['x', 'x'])['loss']
    np.testing.assert_array_equal(both.steps, [10, 20])
    np.testing.assert_array_equal(both.mean, [5, 10])


def test_a_diverged_step_stays_a_hole(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    run = write_run(tmp_path, [training(10, loss=math.nan), training(20, loss=1.0)])
    (one,) = learning_curves([run], ['loss'])['loss']
    np.testing.assert_array_equal(one.mean, [math.nan, 1])


def test_runs_are_called_as_their_folders_and_stay_apart(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    runs = [
        write_run(tmp_path / name, [training(10, loss=1.0)])
        for name in ('one/seed0', 'two/seed0', 'seed1')
    ]
    apart = learning_curves(runs[1:], ['loss'])['loss']
    assert [each.label for each in apart] == ['seed0', 'seed1']
    same = learning_curves(runs[:2], ['loss'])['loss']
    assert [each.label for each in same] == [str(run) for run in runs[:2]]


def test_what_cannot_be_drawn_is_said(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    by_step = write_run(tmp_path / 'a', [training(10, loss=1.0), {'lane_iou': 4.0, 'step': 10}])
    epochs = [{'loss': 2.0, 'epoch': 1, 'iter': 50, 'step': 50}, {'lane_iou': 4.0, 'step': 1}]
    by_epoch = write_run(tmp_path / 'b', epochs)
    empty = write_run(tmp_path / 'empty', [])
    with pytest.raises(ValueError, match="a has no scalar 'los'; there are: lane_iou, loss, time"):
        learning_curves([by_step], ['loss', 'los'])
    with pytest.raises(ValueError, match="empty has no scalar 'loss'; there are: none"):
        learning_curves([empty], ['loss'])
    with pytest.raises(FileNotFoundError, match=r'holds no \*/vis_data/scalars\.json; needed is'):
        learning_curves([tmp_path / 'nowhere'], ['loss'])
    with pytest.raises(ValueError, match='1 labels for 2 runs; needed is one a run'):
        learning_curves([by_step, by_epoch], ['loss'], labels=['x'])
    with pytest.raises(ValueError, match="2 runs of 'x' have no step of 'loss' in common"):
        learning_curves([by_step, by_epoch], ['loss'], labels=['x', 'x'])
    with pytest.raises(ValueError, match=r'by epoch and by iteration \(a: iteration, b: epoch\)'):
        learning_curves([by_step, by_epoch], ['lane_iou'])


def test_the_mean_is_drawn_in_the_middle_of_its_band() -> None:
    picture = draw_learning_curves({'loss': [curve('mine', [2.0] * 40, runs=2, spread=1.0)]})
    band, line = drawn(picture, 'C0', BAND), drawn(picture, 'C0', LINE_ON_BAND)
    assert len(band) > 50_000
    assert np.ptp(line[:, 1]) > 800
    assert line[:, 0].mean() == pytest.approx((band[:, 0].min() + band[:, 0].max()) / 2, abs=1)


def test_each_label_has_its_colour_in_every_panel_and_once_in_the_legend() -> None:
    curves = [curve('low', [1.0, 1.0, 1.0]), curve('high', [3.0, 3.0, 3.0])]
    picture = draw_learning_curves({'loss': curves, 'lane_iou': curves})
    assert picture.dtype == np.uint8
    assert picture.shape == (325, 1000, 3)
    low, high = drawn(picture, 'C0', LINE), drawn(picture, 'C1', LINE)
    assert len(drawn(picture, 'C2', LINE)) == 0
    for panel in (0, 1):
        inside = [one[(one[:, 0] < 290) & (one[:, 1] // 500 == panel)] for one in (low, high)]
        assert min(np.ptp(one[:, 1]) for one in inside) > 200
        assert inside[1][:, 0].max() < 50 < 200 < inside[0][:, 0].min()
    for one in (low, high):
        in_legend = one[one[:, 0] > 290]
        assert 15 < np.ptp(in_legend[:, 1]) < 35


def test_a_single_value_shows() -> None:
    picture = draw_learning_curves({'lane_iou': [curve('one', [40.0])]})
    points = drawn(picture[:290], 'C0', LINE)
    assert 15 < len(points) < 60
    assert np.ptp(points, axis=0).max() < 8


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('panels', [1, 2, 3, 4, 7])
def test_long_labels_and_many_panels_fit(panels: int) -> None:
    names = ['_hidden', 'costs $5 or $6', 'work_dirs/' + 'a_long_name/' * 20, *map(str, range(12))]
    curves = [curve(name, [1.0, index], runs=2) for index, name in enumerate(names)]
    picture = draw_learning_curves({f'key {index}': curves for index in range(panels)})
    rows = {1: 1, 2: 1, 3: 1, 4: 2, 7: 3}[panels]
    assert picture.shape == (300 * rows + 25 * len(names), 1000, 3)
    assert (picture[:, [0, -1]] == 255).all()
    legend = picture[300 * rows + 10 :]
    text_rows = (legend.min(axis=2) < 100).any(axis=1)
    starts = np.flatnonzero(np.diff(text_rows.astype(int)) == 1)
    assert len(starts) >= len(names) - 1
    assert (legend[-3:] == 255).all()
