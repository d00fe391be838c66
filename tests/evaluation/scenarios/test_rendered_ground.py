from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.evaluation.scenarios.rendered_ground import RenderedGround
from lanedet_mm.imagery import read_image
from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.synthesis.rendered_dataset import NetworkOptions, render_networks


@pytest.fixture(scope='module')
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('rendered')
    options = NetworkOptions(size_px=128, extent_m=1500.0, seed=7, quality=80)
    render_networks(root, tiles_per_city=2, options=options, cities=['nevada'])
    return root


def test_a_tile_is_rendered_again_and_what_hides_it_known(data_root: Path) -> None:
    rendered = RenderedGround.of(data_root)
    assert rendered is not None
    assert (rendered.seed, rendered.quality) == (7, 80)
    annotation = TileAnnotation.read(data_root / 'json/50000001.json')
    image = read_image(data_root / 'imgs/50000001.jpg')
    hidden = rendered.hidden('50000001', annotation, image)
    assert hidden is not None
    assert hidden.shape == (128, 128)
    assert 0 < hidden.mean() < 1


def test_the_truth_of_another_picture_is_not_taken(data_root: Path) -> None:
    rendered = RenderedGround.of(data_root)
    assert rendered is not None
    annotation = TileAnnotation.read(data_root / 'json/50000001.json')
    image = read_image(data_root / 'imgs/50000000.jpg')
    assert rendered.hidden('50000001', annotation, np.asarray(image)) is None


def test_photographs_have_no_renderer(tmp_path: Path) -> None:
    assert RenderedGround.of(tmp_path) is None
