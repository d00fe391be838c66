import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from lanedet_mm.inference.onnx_model import OnnxModel

DETAIL: dict[str, Any] = {
    'classes': ['background', 'solid', 'dashed'],
    'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
    'output': 'logits',
}


def save_identity(
    path: Path, detail: dict[str, Any] | None, *, shape: tuple[Any, ...] = ('n', 3, 'h', 'w')
) -> Path:
    """A network whose output is its input: three channels in, three classes out."""
    image = helper.make_tensor_value_info('input', TensorProto.FLOAT, shape)
    output = helper.make_tensor_value_info('output', TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        [helper.make_node('Identity', ['input'], ['output'])], 'identity', [image], [output]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
    if detail is not None:
        helper.set_model_props(model, {'lanedet_mm': json.dumps(detail)})
    onnx.save(model, path)
    return path


def save_argmax(path: Path) -> Path:
    """A network that ends with a class map (N, 1, H, W), as mmdeploy's do."""
    free = ('n', 3, 'h', 'w')
    image = helper.make_tensor_value_info('input', TensorProto.FLOAT, free)
    output = helper.make_tensor_value_info('output', TensorProto.INT64, ('n', 1, 'h', 'w'))
    node = helper.make_node('ArgMax', ['input'], ['output'], axis=1, keepdims=1)
    graph = helper.make_graph([node], 'argmax', [image], [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
    helper.set_model_props(model, {'lanedet_mm': json.dumps({**DETAIL, 'output': 'class_map'})})
    onnx.save(model, path)
    return path


def one_colour(blue: int, green: int, red: int, size: int = 4) -> np.ndarray:
    return np.full((size, size, 3), (blue, green, red), np.uint8)


def test_bgr_is_normalized_as_the_metadata_says(tmp_path: Path) -> None:
    detail = {**DETAIL, 'output': 'probabilities', 'mean': [1, 2, 3], 'std': [2, 4, 8]}
    path = save_identity(tmp_path / 'a.onnx', {**detail, 'to_rgb': True})
    model = OnnxModel(path)
    result = model([one_colour(11, 22, 33), one_colour(3, 2, 1)])
    assert result.shape == (2, 3, 4, 4)
    assert result[0, :, 0, 0].tolist() == [16.0, 5.0, 1.0]  # (33-1)/2, (22-2)/4, (11-3)/8
    assert result[1, :, 3, 3].tolist() == [0.0, 0.0, 0.0]

    as_bgr = OnnxModel(save_identity(tmp_path / 'b.onnx', {**detail, 'to_rgb': False}))
    assert as_bgr([one_colour(11, 22, 33)])[0, :, 0, 0].tolist() == [5.0, 5.0, 3.75]


def test_without_normalization_pixels_go_in_as_they_are(tmp_path: Path) -> None:
    model = OnnxModel(save_identity(tmp_path / 'a.onnx', {**DETAIL, 'output': 'probabilities'}))
    assert model([one_colour(11, 22, 33)])[0, :, 0, 0].tolist() == [11.0, 22.0, 33.0]


def test_logits_become_probabilities_without_overflow(tmp_path: Path) -> None:
    model = OnnxModel(save_identity(tmp_path / 'a.onnx', DETAIL))
    even, sure = model([one_colour(200, 200, 200), one_colour(0, 255, 0)])
    assert even[:, 0, 0] == pytest.approx([1 / 3] * 3)
    assert sure[:, 0, 0] == pytest.approx([0, 1, 0])


def test_a_class_map_becomes_one_hot(tmp_path: Path) -> None:
    model = OnnxModel(save_argmax(tmp_path / 'a.onnx'))
    result = model([one_colour(0, 9, 0), one_colour(0, 0, 9)])
    assert result.dtype == np.float32
    assert result[:, :, 2, 2].tolist() == [[0, 1, 0], [0, 0, 1]]
    assert not model.has_probabilities


def save_mean(path: Path, detail: dict[str, Any], *, shape: tuple[Any, ...]) -> Path:
    """A network whose output is its input plus the mean of all that it sees."""
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name in ('input', 'output')
    ]
    nodes = [
        helper.make_node('ReduceMean', ['input'], ['mean'], axes=[2, 3]),
        helper.make_node('Add', ['input', 'mean'], ['output']),
    ]
    graph = helper.make_graph(nodes, 'mean', ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
    helper.set_model_props(model, {'lanedet_mm': json.dumps(detail)})
    onnx.save(model, path)
    return path


def test_sides_are_padded_as_pytorch_pads_them(tmp_path: Path) -> None:
    """Six pixels of 8 are 48, which is 3 for each of the 16 that the network sees."""
    detail = {**DETAIL, 'output': 'probabilities', 'mean': [2, 2, 2], 'size_divisor': 4}
    model = OnnxModel(save_mean(tmp_path / 'a.onnx', detail, shape=('n', 3, 'h', 'w')))
    result = model([np.full((3, 2, 3), 10, np.uint8)])
    assert result.shape == (1, 3, 3, 2)
    assert result.ravel().tolist() == [11.0] * 18
    fixed = OnnxModel(save_mean(tmp_path / 'b.onnx', detail, shape=(1, 3, 3, 3)))
    assert fixed([np.full((3, 3, 3), 10, np.uint8)]).ravel().tolist() == [16.0] * 27


def test_a_fixed_batch_takes_any_number_of_windows(tmp_path: Path) -> None:
    detail = {**DETAIL, 'output': 'probabilities'}
    model = OnnxModel(save_identity(tmp_path / 'a.onnx', detail, shape=(2, 3, 4, 4)))
    assert (model.tile_px, model.fixed_size) == (4, True)
    result = model([one_colour(index, 0, 0) for index in range(5)])
    assert result[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4]


def test_classes_palette_and_size_are_the_metadatas(tmp_path: Path) -> None:
    model = OnnxModel(save_identity(tmp_path / 'a.onnx', {**DETAIL, 'tile_px': 640}))
    assert model.classes == ('background', 'solid', 'dashed')
    assert model.palette[1] == (255, 0, 0)
    assert (model.tile_px, model.fixed_size, model.has_probabilities) == (640, False, True)


def test_a_model_that_says_nothing_about_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.onnx: has no metadata 'lanedet_mm'.*deploy"):
        OnnxModel(save_identity(tmp_path / 'a.onnx', None))
    with pytest.raises(ValueError, match=r"lacks \['palette'\]"):
        OnnxModel(save_identity(tmp_path / 'b.onnx', {'classes': ['a'], 'output': 'logits'}))
    with pytest.raises(ValueError, match='or has an output other than'):
        OnnxModel(save_identity(tmp_path / 'c.onnx', {**DETAIL, 'output': 'boxes'}))


def test_windows_have_to_be_square(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='takes windows of 4 x 8 px'):
        OnnxModel(save_identity(tmp_path / 'a.onnx', DETAIL, shape=(1, 3, 4, 8)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no model .*none\.onnx'):
        OnnxModel(tmp_path / 'none.onnx')
