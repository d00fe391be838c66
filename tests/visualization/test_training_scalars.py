from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.visualization.training_scalars import read_scalars

Training = Callable[..., dict[str, Any]]
WriteRun = Callable[..., Path]


def test_training_and_validation_lines_are_scalars_by_step(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    validation = {'lane_iou': 40.0, 'time': 9.0, 'step': 20}
    run = write_run(tmp_path, [training(10, loss=1.5), training(20, loss=1.0), validation])
    assert read_scalars(run) == {
        'loss': ('iteration', {10: 1.5, 20: 1.0}),
        'time': ('iteration', {10: 0.2, 20: 0.2}),  # of training, not of validation
        'lane_iou': ('iteration', {20: 40.0}),
    }


def test_validation_of_a_run_by_epochs_is_by_epoch(tmp_path: Path, write_run: WriteRun) -> None:
    lines = [
        {'loss': 2.0, 'epoch': 1, 'iter': 50, 'step': 50},
        {'lane_iou': 40.0, 'step': 1},
        {'loss': 1.0, 'epoch': 2, 'iter': 100, 'step': 100},
        {'lane_iou': 60.0, 'step': 2},
    ]
    assert read_scalars(write_run(tmp_path, lines)) == {
        'loss': ('iteration', {50: 2.0, 100: 1.0}),
        'lane_iou': ('epoch', {1: 40.0, 2: 60.0}),
    }


def test_a_resumed_run_is_one_and_its_later_start_counts(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    # The later start is written first: names, not ages of files, are the order.
    later = [training(20, loss=5.0), training(30, loss=4.0)]
    write_run(tmp_path, later, start='20260102_000000')
    earlier = [training(10, loss=3.0), training(20, loss=2.0)]
    write_run(tmp_path, earlier, start='20260101_235959')
    assert read_scalars(tmp_path)['loss'] == ('iteration', {10: 3.0, 20: 5.0, 30: 4.0})


def test_a_last_line_that_a_kill_cut_short_is_left_out(
    tmp_path: Path, write_run: WriteRun, training: Training
) -> None:
    run = write_run(tmp_path, [training(10, loss=1.5)])
    (file,) = run.glob('*/vis_data/scalars.json')
    whole = file.read_text()
    file.write_text(whole + '{"loss": 1.')
    assert read_scalars(run)['loss'] == ('iteration', {10: 1.5})
    file.write_text('{"loss": 1.\n' + whole)
    with pytest.raises(ValueError, match=r'scalars\.json, line 1: .*needed is a JSON object'):
        read_scalars(run)
