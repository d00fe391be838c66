import numpy as np
import pytest

from lanedet_mm.lanes import Lane, TileAnnotation
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.render_photo import render_photo
from lanedet_mm.synthesis.photo.render_truth import RenderTruth, render_with_truth

SIZE_PX, GSD_M = 256, 0.15


@pytest.fixture(scope='module')
def annotation() -> TileAnnotation:
    lanes = tuple(
        Lane(np.array([[col, -20.0], [col, SIZE_PX + 20.0]])) for col in (105.0, 128.0, 151.0)
    )
    side = SIZE_PX * GSD_M
    return TileAnnotation((0.0, 0.0, side, side), (SIZE_PX, SIZE_PX), GSD_M, lanes)


@pytest.fixture(scope='module')
def truths(annotation: TileAnnotation) -> list[RenderTruth]:
    style = CITY_STYLES['sao_paulo']
    return [render_with_truth(annotation, style, seed=seed)[1] for seed in range(6)]


def test_the_photograph_is_the_same_with_and_without_truth(annotation: TileAnnotation) -> None:
    style = CITY_STYLES['glasgow']
    image, _ = render_with_truth(annotation, style, seed=3)
    assert np.array_equal(image, render_photo(annotation, style, seed=3))


def test_paint_is_on_the_lines_and_worn_to_less_than_all(truths: list[RenderTruth]) -> None:
    for truth in truths:
        on_lines = truth.opacity[:, [105, 128, 151]]
        assert on_lines.min() > 0.01
        assert on_lines.max() <= 1
        assert np.median(truth.opacity[:, 110:122]) == 0  # arrows are paint too


def test_shadow_takes_a_share_of_the_light(truths: list[RenderTruth]) -> None:
    for truth in truths:
        assert truth.light_lost.min() >= 0
        assert truth.light_lost.max() <= 0.8  # the deepest sun
    assert max(truth.light_lost.max() for truth in truths) > 0.5


def test_something_stands_beside_the_road_and_little_on_it(truths: list[RenderTruth]) -> None:
    on_road = np.mean([truth.hidden[:, 110:146].mean() for truth in truths])
    beside = np.mean([truth.hidden[:, :60].mean() for truth in truths])
    assert 0 < on_road < beside
