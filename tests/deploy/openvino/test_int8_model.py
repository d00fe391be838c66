"""What ONNX Runtime quantized, run by OpenVINO."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from mmengine.config import Config
from onnx import TensorProto, helper, numpy_helper

from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.deploy.onnxruntime.int8 import quantize_file
from lanedet_mm.deploy.openvino.convert_onnx import convert_onnx
from lanedet_mm.deploy.openvino.openvino_model import OpenVINOModel
from lanedet_mm.inference.onnx_model import OnnxModel

DETAIL = {
    'classes': ['a', 'b', 'c'],
    'palette': [[0, 0, 0]] * 3,
    'output': 'probabilities',
    'mean': [128, 128, 128],
    'std': [64, 64, 64],
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three convolutions with biases, as a stage of a U-Net and its logits."""
    rng = np.random.default_rng(0)
    nodes, tensors, last = [], [], 'input'
    for index, (inside, outside) in enumerate([(3, 16), (16, 16), (16, 3)]):
        weight = rng.normal(0, (inside * 9) ** -0.5, (outside, inside, 3, 3))
        for name, values in ((f'w{index}', weight), (f'b{index}', rng.normal(0, 0.2, outside))):
            tensors.append(numpy_helper.from_array(values.astype(np.float32), name))
        out = 'output' if index == 2 else f'conv{index}'
        given = [last, f'w{index}', f'b{index}']
        nodes.append(helper.make_node('Conv', given, [out], name=f'conv{index}', pads=[1] * 4))
        last = f'relu{index}'
        if index < 2:
            nodes.append(helper.make_node('Relu', [out], [last], name=last))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ('n', 3, 'h', 'w'))
        for name in ('input', 'output')
    ]
    graph = helper.make_graph(nodes, 'stage', ends[:1], ends[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
    helper.set_model_props(model, {'lanedet_mm': json.dumps(DETAIL)})
    onnx.save(model, tmp_path / 'model.onnx')
    return tmp_path / 'model.onnx'


@pytest.mark.usefixtures('openvino')
def test_a_u_net_says_what_it_says_in_onnx_runtime(
    config: Config, checkpoint: Path, tmp_path: Path
) -> None:
    """But for pixels that lie halfway between two classes."""
    deploy = Path(__file__).parents[3] / 'configs/deploy/onnxruntime_dynamic.py'
    source = export_onnx(deploy, config, checkpoint, tmp_path)
    tiles = np.random.default_rng(1).integers(0, 256, (4, 64, 64, 3), np.uint8)
    quantized = quantize_file(source, tmp_path / 'int8.onnx', list(tiles))
    expected = OnnxModel(quantized)(tiles).argmax(axis=1)
    assert len(np.unique(expected)) > 1
    assert (OpenVINOModel(quantized)(tiles).argmax(axis=1) != expected).mean() < 0.02


@pytest.mark.usefixtures('openvino')
def test_it_says_what_onnx_runtime_says(source: Path, tmp_path: Path) -> None:
    """Both round to steps; what lies halfway may go either way in a few places."""
    tile = np.random.default_rng(1).integers(0, 256, (32, 48, 3), np.uint8)
    quantized = quantize_file(source, tmp_path / 'int8.onnx', [tile])
    exact, expected = OnnxModel(source)([tile]), OnnxModel(quantized)([tile])
    error = np.abs(expected - exact).mean()
    assert error < 0.02 * exact.std()
    xml = convert_onnx(quantized, tmp_path / 'int8.xml', precision='int8')
    for model in (OpenVINOModel(quantized), OpenVINOModel(xml)):
        assert np.abs(model([tile]) - expected).mean() < error / 2
