from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.deploy.openvino.convert_onnx import convert_onnx
from lanedet_mm.deploy.openvino.openvino_model import OpenVINOModel
from lanedet_mm.inference.onnx_model import OnnxModel

SaveScale = Callable[..., Path]
pytestmark = pytest.mark.usefixtures('openvino')


def one_colour(blue: int, green: int, red: int, size: int = 4) -> np.ndarray:
    return np.full((size, size, 3), (blue, green, red), np.uint8)


@pytest.mark.parametrize('converted', [False, True])
def test_an_onnx_file_and_its_conversion_give_the_same(
    save_scale: SaveScale, converted: bool
) -> None:
    """Twice (33 - 1) / 2, (22 - 2) / 4, (11 - 3) / 8."""
    path = save_scale(2.0, mean=[1, 2, 3], std=[2, 4, 8], to_rgb=True, tile_px=640, overlap_px=9)
    if converted:
        path = convert_onnx(path, path.with_suffix('.xml'))
    model = OpenVINOModel(path)
    result = model([one_colour(11, 22, 33), one_colour(3, 2, 1)])
    assert result.shape == (2, 3, 4, 4) and result.dtype == np.float32
    assert result[0, :, 0, 0].tolist() == [32.0, 10.0, 2.0]
    assert result[1, :, 3, 3].tolist() == [0.0, 0.0, 0.0]
    assert model.classes == ('background', 'solid', 'dashed') and model.palette[1] == (255, 0, 0)
    assert (model.tile_px, model.overlap_px, model.fixed_size) == (640, 9, False)
    assert model([one_colour(11, 22, 33, size=7)]).shape == (1, 3, 7, 7)


def test_it_says_what_onnx_runtime_says(save_scale: SaveScale) -> None:
    path = save_scale(0.01, output='logits')
    tile = np.random.default_rng(0).integers(0, 256, (9, 13, 3), np.uint8)
    found, expected = OpenVINOModel(path)([tile]), OnnxModel(path)([tile])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def test_a_fixed_batch_takes_any_number_of_windows(save_scale: SaveScale) -> None:
    path = save_scale(shape=(2, 3, 4, 4))
    model = OpenVINOModel(convert_onnx(path, path.with_suffix('.xml')))
    assert (model.tile_px, model.fixed_size) == (4, True)
    result = model([one_colour(index, 0, 0) for index in range(5)])
    assert result[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_static_model_says_which_size_it_takes(save_scale: SaveScale) -> None:
    model = OpenVINOModel(save_scale(shape=(1, 3, 4, 4)))
    with pytest.raises(ValueError, match=r'windows of 8 x 8 px; the model takes 4 x 4 px'):
        model([one_colour(1, 2, 3, size=8)])


def test_a_file_that_says_nothing_about_itself_is_refused(save_scale: SaveScale) -> None:
    path = save_scale(described=False)
    with pytest.raises(ValueError, match=r"model\.onnx: has no metadata 'lanedet_mm'.*deploy"):
        OpenVINOModel(path)
    with pytest.raises(ValueError, match=r"model\.xml: has no metadata 'lanedet_mm'.*deploy"):
        OpenVINOModel(convert_onnx(path, path.with_suffix('.xml')))
