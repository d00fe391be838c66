from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lanedet_mm.engine.hooks import MAEReconstructionHook
from lanedet_mm.engine.hooks.fixed_tiles import load_tiles
from lanedet_mm.models.pretraining import MAEReconstruction

LOSS, MSE = 'mae/epoch_loss', 'mae/held_out_mse'
MEAN = 'mae/held_out_mse_of_visible_mean'


def series(watched: SimpleNamespace, name: str) -> dict[int, float]:
    """Values of a scalar by step, from the local back end's file."""
    return {line['step']: line[name] for line in watched.scalars if name in line}


def events(watched: SimpleNamespace) -> EventAccumulator:
    """What TensorBoard reads."""
    accumulator = EventAccumulator(str(watched.vis_data), size_guidance={'images': 0})
    return accumulator.Reload()


def test_each_epoch_has_the_mean_of_its_losses(watched: SimpleNamespace) -> None:
    means = {epoch: np.mean(losses) for epoch, losses in enumerate(watched.losses, 1)}
    assert len(watched.losses[0]) == 4  # so that it is a mean
    assert series(watched, LOSS) == pytest.approx(means)


def test_a_look_is_taken_at_the_interval_and_at_the_end(watched: SimpleNamespace) -> None:
    assert list(series(watched, MSE)) == list(series(watched, MEAN)) == [2, 3]
    pictures = sorted((watched.vis_data / 'vis_image').glob('mae_reconstruction_*'))
    assert [path.stem for path in pictures] == ['mae_reconstruction_2', 'mae_reconstruction_3']


def test_the_last_numbers_are_those_of_the_trained_model(
    watched: SimpleNamespace, held_out: dict[str, Any]
) -> None:
    tiles = load_tiles(held_out, 36)[0]
    parts = [
        MAEReconstruction.of(watched.model, tiles[:32], seed=0),
        MAEReconstruction.of(watched.model, tiles[32:], seed=1),
    ]
    mse, mean = (
        (32 * first + 4 * last) / 36
        for first, last in (
            [part.mse() for part in parts],
            [part.mse_of_visible_mean() for part in parts],
        )
    )
    assert series(watched, MSE)[3] == pytest.approx(mse)
    assert series(watched, MEAN)[3] == pytest.approx(mean)


def test_the_same_patches_are_hidden_each_time(watched: SimpleNamespace) -> None:
    second, third = series(watched, MEAN).values()
    assert second == third
    sheets = [
        cv2.imread(str(watched.vis_data / 'vis_image' / f'mae_reconstruction_{step}.png'))
        for step in (2, 3)
    ]
    changed = np.flatnonzero((sheets[0] != sheets[1]).any(axis=(0, 2)))
    assert changed.min() >= 8 + 2 * 232  # nothing but the column of what was filled in


def test_the_picture_shows_the_held_out_tiles_in_their_colours(
    watched: SimpleNamespace, held_out: dict[str, Any]
) -> None:
    sheet = cv2.imread(str(watched.vis_data / 'vis_image' / 'mae_reconstruction_3.png'))
    assert sheet.shape == (28 + 2 * 232, 8 + 3 * 232, 3)
    tiles = load_tiles(held_out, 36)[0]
    for row, tile in enumerate((tiles[0], tiles[-1])):
        top = 28 + row * 232
        panel = sheet[top + 30 : top + 224, 8 : 8 + 224]  # below the name of the place
        expected = tile.float().mean((1, 2)).tolist()  # BGR, as OpenCV reads
        assert panel.mean((0, 1)).tolist() == pytest.approx(expected, abs=3)


def test_tensorboard_has_the_same(watched: SimpleNamespace) -> None:
    read = events(watched)
    for name in (LOSS, MSE, MEAN):
        seen = {event.step: event.value for event in read.Scalars(name)}
        assert seen == pytest.approx(series(watched, name))
    images = read.Images('mae_reconstruction')
    assert [image.step for image in images] == [2, 3]
    decoded = cv2.imdecode(np.frombuffer(images[-1].encoded_image_string, np.uint8), 1)
    path = watched.vis_data / 'vis_image' / 'mae_reconstruction_3.png'
    np.testing.assert_array_equal(decoded, cv2.imread(str(path)))


def test_the_log_says_it_in_words(watched: SimpleNamespace) -> None:
    value = series(watched, MSE)[3]
    assert f'epoch 3: {LOSS} ' in watched.log
    assert f'{MSE} {value:.4f}' in watched.log


def test_a_training_that_is_watched_ends_with_the_weights_of_one_that_is_not(
    watched: SimpleNamespace, pretrain: Callable[..., SimpleNamespace]
) -> None:
    alone = pretrain([])
    assert alone.losses == watched.losses
    assert watched.modes == {True}
    weights = alone.model.state_dict()
    assert all(torch.equal(value, weights[k]) for k, value in watched.model.state_dict().items())


def test_fewer_tiles_than_are_to_be_shown_are_shown_once(
    watched: SimpleNamespace, held_out: dict[str, Any]
) -> None:
    shown: list[np.ndarray] = []
    runner = SimpleNamespace(
        model=watched.model,
        epoch=0,
        max_epochs=1,
        train_loop=SimpleNamespace(max_epochs=1),
        visualizer=SimpleNamespace(
            add_image=lambda name, sheet, step: shown.append(sheet),
            add_scalars=lambda scalars, step: None,
        ),
    )
    hook = MAEReconstructionHook(dataset={**held_out, 'indices': 3}, num_shown=6)
    hook.before_train(runner)
    hook.after_train_epoch(runner)
    assert shown[0].shape[0] == 28 + 3 * 232


def test_a_corpus_that_is_not_there_is_found_before_training(
    tmp_path: Path, held_out: dict[str, Any]
) -> None:
    hook = MAEReconstructionHook(dataset={**held_out, 'data_root': str(tmp_path)})
    with pytest.raises(FileNotFoundError, match='no manifest'):
        hook.before_train(SimpleNamespace())


@pytest.mark.parametrize('option', ['interval', 'num_tiles', 'num_shown'])
def test_options_of_nothing_are_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f'{option} 0.*; needed is 1 or more of each'):
        MAEReconstructionHook(dataset={}, **{option: 0})
