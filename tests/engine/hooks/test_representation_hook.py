import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lanedet_mm.datasets.manifest import write_manifest
from lanedet_mm.engine.hooks import RepresentationHook
from lanedet_mm.engine.hooks.fixed_tiles import load_tiles
from lanedet_mm.engine.hooks.representation_hook import _balanced, _colours, _patch_labels
from lanedet_mm.models.pretraining import token_features
from lanedet_mm.visualization.embedding_plot import embedding_plot

PROBE, COLOUR = 'mae/lane_probe', 'mae/lane_probe_of_colour'


def series(watched: SimpleNamespace, name: str) -> dict[int, float]:
    return {line['step']: line[name] for line in watched.scalars if name in line}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hook logs."""
    lines: list[str] = []
    monkeypatch.setattr(
        'lanedet_mm.engine.hooks.representation_hook.print_log',
        lambda line, *_: lines.append(line),
    )
    return lines


def test_a_look_is_taken_before_the_first_step_at_the_interval_and_at_the_end(
    watched: SimpleNamespace,
) -> None:
    assert list(series(watched, PROBE)) == list(series(watched, COLOUR)) == [0, 2, 3]
    pictures = sorted((watched.vis_data / 'vis_image').glob('mae_tsne_*'))
    assert [path.stem for path in pictures] == ['mae_tsne_2', 'mae_tsne_3']
    assert f'epoch 3: {PROBE} {series(watched, PROBE)[3]:.3f}' in watched.log


def test_white_lines_are_told_apart_in_a_city_that_was_not_seen(watched: SimpleNamespace) -> None:
    assert series(watched, COLOUR)[3] == 1
    assert series(watched, PROBE)[3] > 0.9


def test_the_picture_is_of_the_mean_features_of_the_trained_model(
    watched: SimpleNamespace, held_out: dict[str, Any]
) -> None:
    tiles, samples = load_tiles(held_out, 20)
    features = token_features(watched.model, tiles).mean(1).numpy()
    expected = embedding_plot(
        features, [one.place for one in samples], title='Features of held-out tiles, epoch 3'
    )
    seen = cv2.imread(str(watched.vis_data / 'vis_image' / 'mae_tsne_3.png'))
    np.testing.assert_array_equal(seen, expected[..., ::-1])


def test_tensorboard_has_the_same(watched: SimpleNamespace) -> None:
    read = EventAccumulator(str(watched.vis_data), size_guidance={'images': 0}).Reload()
    for name in (PROBE, COLOUR):
        seen = {event.step: event.value for event in read.Scalars(name)}
        assert seen == pytest.approx(series(watched, name))
    assert [image.step for image in read.Images('mae_tsne')] == [2, 3]


def test_a_patch_has_a_lane_from_eight_pixels_on_and_none_where_there_is_no_doubt() -> None:
    labels = torch.zeros(1, 1, 32, 48, dtype=torch.long)  # 2 x 3 patches
    labels[0, 0, 0, :8] = 1
    labels[0, 0, 0, 16:23] = 2  # seven
    labels[0, 0, 0:8, 32] = 1
    labels[0, 0, 15, 47] = 255  # beside a lane
    labels[0, 0, 15, 31] = 255  # beside seven pixels of one
    labels[0, 0, 16:, :16] = 255
    labels[0, 0, 20:24, 16:18] = 2
    lane, known = _patch_labels(labels)
    assert lane.tolist() == [[True, False, True, False, True, False]]
    assert known.tolist() == [[True, False, True, False, True, True]]


def test_as_many_patches_with_as_without_lanes_are_chosen_among_the_known() -> None:
    rng = np.random.default_rng(3)
    lane, known = rng.random((30, 16)) < 0.2, rng.random((30, 16)) < 0.8
    chosen = _balanced(lane, known)
    assert not (chosen & ~known).any()
    assert (chosen & lane).sum() == (chosen & ~lane).sum() == (known & lane).sum()
    assert (chosen & ~lane).any(1).sum() > 20  # from all over the tiles
    np.testing.assert_array_equal(chosen, _balanced(lane, known))


def test_not_more_than_six_thousand_patches_are_chosen() -> None:
    lane = np.arange(20_000).reshape(100, 200) % 2 == 0
    assert _balanced(lane, np.ones_like(lane)).sum() == 6000


def test_colours_are_mean_and_spread_of_each_patch() -> None:
    tile = torch.zeros(1, 3, 16, 32)
    tile[0, 0, :, 16:] = 8
    tile[0, 1] = 3
    tile[0, 2, ::2] = 4  # every other row: mean 2, spread 2 * sqrt(256 / 255)
    spread = 2 * (256 / 255) ** 0.5
    first, second = [0, 3, 2, 0, 0, spread], [8, 3, 2, 0, 0, spread]
    torch.testing.assert_close(_colours(tile), torch.tensor([[first, second]]))


def test_labelled_tiles_that_are_not_there_leave_the_probe_out(
    tmp_path: Path, watched: SimpleNamespace, held_out: dict[str, Any], probe: dict[str, Any],
    said: list[str],
) -> None:  # fmt: skip
    hook = RepresentationHook(
        dataset=held_out, probe={**probe, 'data_root': str(tmp_path)}, num_tiles=8
    )
    drawn: list[str] = []
    visualizer = SimpleNamespace(add_image=lambda name, *_, **__: drawn.append(name))
    runner = SimpleNamespace(model=watched.model, epoch=9, visualizer=visualizer)
    hook.before_train(runner)
    hook.after_train_epoch(runner)
    assert len(said) == 1
    assert 'no lane probe: ' in said[0]
    assert drawn == ['mae_tsne']  # and no scalars, which this visualizer would not take


def test_weak_labels_of_photographs_of_two_cities_can_be_probed(
    tmp_path: Path, watched: SimpleNamespace, held_out: dict[str, Any], said: list[str]
) -> None:
    for folder in ('images', 'centrelines'):
        (tmp_path / folder).mkdir()
    lanes = [[[col, -80], [col, 240]] for col in (66, 94)]  # 3.5 m apart, a line between them
    content = json.dumps({'metres_per_pixel': 0.125, 'lane_centrelines': lanes})
    rng = np.random.default_rng(5)
    for name in (f'{city}_{index:02d}' for city in ('boston', 'miami') for index in range(6)):
        image = rng.integers(60, 90, (160, 160, 3)).astype(np.uint8)
        image[:, 79:82] = 250
        cv2.imwrite(str(tmp_path / 'images' / f'{name}.png'), image)
        (tmp_path / 'centrelines' / f'{name}.json').write_text(content)
    # So fine that a patch of 1 m fits into the 1.4 m in a lane's middle of which there is no doubt.
    crop = {'crop_px': 64, 'ground_gsd_m': (0.0625, 0.0625), 'rotate': None, 'min_lane_px': 40}
    steps = [
        {'type': 'LoadTile'},
        {'type': 'RandomLaneCrop', **crop},
        {'type': 'DrawWeakMask'},
        {'type': 'PackLaneInputs'},
    ]
    probe = {'type': 'CentrelineDataset', 'data_root': str(tmp_path), 'pipeline': steps}
    hook = RepresentationHook(dataset=held_out, probe=probe, num_tiles=12)
    measured: dict[str, float] = {}
    visualizer = SimpleNamespace(
        add_image=lambda *_, **__: None, add_scalars=lambda scalars, **_: measured.update(scalars)
    )
    runner = SimpleNamespace(model=watched.model, epoch=9, visualizer=visualizer)
    hook.before_train(runner)
    assert hook._labelled is not None, said
    assert set(hook._labelled[1].cities) == {'boston', 'miami'}
    hook.after_train_epoch(runner)
    assert measured[COLOUR] > 0.9  # the paint is white
    assert measured[PROBE] > 0.9
    scores = f'{PROBE} {measured[PROBE]:.3f}, {COLOUR} {measured[COLOUR]:.3f}'
    assert said == [f'epoch {epoch}: {scores}' for epoch in (9, 10)]  # of the same weights


def test_one_city_leaves_the_probe_out_before_training(
    tmp_path: Path, labelled: Path, held_out: dict[str, Any], probe: dict[str, Any], said: list[str]
) -> None:
    root = shutil.copytree(labelled, tmp_path / 'one_city')
    write_manifest(root / 'train_data.json', [f'3{index:07d}' for index in range(4)])
    hook = RepresentationHook(dataset=held_out, probe={**probe, 'data_root': str(root)})
    hook.before_train(SimpleNamespace(epoch=0))
    assert len(said) == 1
    assert "in the groups ['glasgow']; needed are both classes and two groups" in said[0]


def test_too_few_tiles_are_found_before_training(held_out: dict[str, Any]) -> None:
    hook = RepresentationHook(dataset={**held_out, 'indices': 3})
    with pytest.raises(ValueError, match=r'3 tiles to look at; needed are 4 or more: .* held_out_'):
        hook.before_train(SimpleNamespace())


@pytest.mark.parametrize('options', [{'interval': 0}, {'num_tiles': 3}, {'colour_by': 'licence'}])
def test_bad_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needed are 1 or more, 4 or more, 'place' or 'source'"):
        RepresentationHook(dataset={}, **options)
