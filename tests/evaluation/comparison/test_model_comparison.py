from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from lanedet_mm.evaluation.comparison.model_comparison import Key, compare_models
from lanedet_mm.evaluation.records.tile_record import TileRecord

MakeTile = Callable[..., TileRecord]
BLOCKS, TILES = 20, 60


def some_tiles(
    make_tile: MakeTile, ground: np.random.Generator, model: np.random.Generator, loss: float = 0.0
) -> list[TileRecord]:
    """Tiles of ground that is easy or hard, seen by a model that is lucky or not."""
    ease = ground.normal(0.65, 0.1, BLOCKS)[np.arange(TILES) * BLOCKS // TILES]
    ease += ground.normal(0, 0.08, TILES)
    pixels = ground.integers(300, 3000, (TILES, 2))
    metres = ground.uniform(20, 200, TILES)
    tiles = []
    for at in range(TILES):
        found = np.clip(ease[at] - loss + model.normal(0, 0.03, 3), 0, 1)
        classes = [
            (int(share * n), n - int(share * n), int(model.uniform(0.1, 0.2) * n))
            for share, n in zip(found, pixels[at], strict=False)
        ]
        length = metres[at] * found[2]
        lines = (length, metres[at], length, length / model.uniform(0.75, 0.85))
        tiles.append(make_tile(str(at), *classes, lines, block=str(at * BLOCKS // TILES)))
    return tiles


def test_by_hand_with_cities_and_scenarios(make_tile: MakeTile) -> None:
    # B finds solid paint that A has missed: IoU 1 for 0.5, in Cairo alone and in shadow alone.
    a, b = [], []
    for at in range(16):
        city = 'cairo' if at < 8 else 'nevada'
        shaded = {'shadow': make_tile('', (5, 5, 0)).sums} if at < 8 else {}
        seen = {'shadow': make_tile('', (10, 0, 0)).sums} if at < 8 else {}
        right = (10, 0, 0) if at < 8 else (5, 5, 0)
        a.append(make_tile(str(at), (5, 5, 0), city=city, scenarios=shaded))
        b.append(make_tile(str(at), right, city=city, scenarios=seen))
    comparison = compare_models(a, b[::-1], resamples=2000)
    groups = dict.fromkeys(key.group for key in comparison.differences)
    assert list(groups) == ['all', 'city cairo', 'city nevada', 'scenario shadow']
    one = comparison.primary
    assert (one.score_a, one.score_b) == pytest.approx((0.75, 0.875))
    assert comparison.differences[Key('all', 'iou_solid')].difference == pytest.approx(0.25)
    cairo = comparison.differences[Key('city cairo', 'iou_solid')]
    assert (cairo.difference, cairo.tiles, cairo.clusters) == (0.5, 8, 8)
    assert comparison.differences[Key('city nevada', 'lane_iou')].difference == 0
    shadow = comparison.differences[Key('scenario shadow', 'lane_iou')]
    assert (shadow.score_a, shadow.score_b, shadow.tiles) == (0.75, 1.0, 8)
    assert comparison.differences[Key('all', 'f1_0.50m')].difference == 0
    # The primary p value stands as it is; every other one is at least what it was.
    assert comparison.p_values[Key('all', 'lane_iou')] == one.p_value < 0.05
    assert comparison.is_found(Key('all', 'lane_iou'))
    for key, p_value in comparison.p_values.items():
        assert p_value >= comparison.differences[key].p_value
    assert comparison.p_values[Key('all', 'iou_solid')] > 5 * one.p_value


def test_models_of_one_distribution_are_told_apart_in_one_of_twenty_at_most(
    make_tile: MakeTile,
) -> None:
    trials, primary, others = 200, 0, 0
    for trial in range(trials):
        a, b = (
            some_tiles(make_tile, np.random.default_rng(trial), np.random.default_rng([trial, one]))
            for one in (0, 1)
        )
        comparison = compare_models(a, b, resamples=400, seed=trial)
        primary += comparison.primary.is_found
        others += sum(map(comparison.is_found, comparison.p_values)) > comparison.primary.is_found
    bound = stats.binom(trials, 0.05).ppf(0.99)  # 17 for a rate of exactly 0.05
    assert primary <= bound
    assert others <= bound


def test_a_model_against_itself_never_differs(make_tile: MakeTile) -> None:
    tiles = some_tiles(make_tile, *map(np.random.default_rng, (0, 1)))
    for trial in range(200):
        drawn = np.random.default_rng(trial).integers(TILES, size=TILES)
        resampled = [replace(tiles[one], id=str(at)) for at, one in enumerate(drawn.tolist())]
        comparison = compare_models(resampled, resampled, resamples=100, seed=trial)
        assert not any(map(comparison.is_found, comparison.p_values))
        assert not comparison.is_worse()


def test_a_slightly_worse_model_is_found(make_tile: MakeTile) -> None:
    found = 0
    for trial in range(20):
        models = [np.random.default_rng([trial, one]) for one in (0, 1)]
        a = some_tiles(make_tile, np.random.default_rng(trial), models[0])
        b = some_tiles(make_tile, np.random.default_rng(trial), models[1], loss=0.02)
        comparison = compare_models(a, b, resamples=400, seed=trial)
        found += comparison.is_worse()
        assert not comparison.is_worse(margin=0.05)
        assert -0.035 < comparison.primary.difference < -0.003
        assert not compare_models(b, a, resamples=400, seed=trial).is_worse()
    assert found >= 16  # 60 tiles of 20 blocks show a loss of 2 points nine times in ten


def test_a_margin_asks_for_the_whole_interval(make_tile: MakeTile) -> None:
    rng = np.random.default_rng(0)
    missed = rng.integers(10, 30, 40)
    a = [make_tile(str(at), (100, 0, 0), (100, 0, 0)) for at in range(40)]
    b = [make_tile(str(at), (100 - n, n, 0), (100, 0, 0)) for at, n in enumerate(missed.tolist())]
    comparison = compare_models(a, b, resamples=1000)
    one = comparison.primary
    assert one.difference == pytest.approx(-missed.sum() / 8000)
    assert comparison.is_worse(margin=-one.high - 0.001)
    assert not comparison.is_worse(margin=-one.high + 0.001)
    assert not compare_models(b, a, resamples=1000).is_worse()


def test_without_two_blocks_or_lanes_nothing_is_told(make_tile: MakeTile) -> None:
    near = [make_tile(name, block='one') for name in 'xyz']
    with pytest.raises(ValueError, match=r'from 3 tiles in 1 blocks.*in two blocks at least'):
        compare_models(near, near)
    bare = [make_tile(name, (0, 0, 3), (0, 0, 0)) for name in 'xyz']
    with pytest.raises(ValueError, match='lane IoU nan; needed are lanes'):
        compare_models(bare, bare)
