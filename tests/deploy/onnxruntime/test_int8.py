import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from lanedet_mm.deploy.onnxruntime.int8 import quantize_file
from lanedet_mm.inference.onnx_model import OnnxModel

# Pixels of 255 are 25.5 to the network, so that a step of its input is 0.1: none is rounded.
DETAIL = {
    'classes': ['one'],
    'palette': [[0, 0, 0]],
    'output': 'probabilities',
    'std': [10, 10, 10],
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """0.64 of the first two channels plus 0.25 of the third; a convolution after it copies."""
    weights = {
        'weight': np.array([0.64, 0.64, 0.25], np.float32).reshape(1, 3, 1, 1),
        'copy': np.ones((1, 1, 1, 1), np.float32),
    }
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node('Conv', ['input', 'weight'], ['sum'], name='first'),
            helper.make_node('Conv', ['sum', 'copy'], ['copied'], name='last'),
            helper.make_node('Relu', ['copied'], ['output'], name='behind'),
        ],
        'sum',
        [value('input', TensorProto.FLOAT, (1, 3, 4, 4))],
        [value('output', TensorProto.FLOAT, (1, 1, 4, 4))],
        [numpy_helper.from_array(one, name) for name, one in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
    helper.set_model_props(model, {'lanedet_mm': json.dumps(DETAIL), 'other': 'kept'})
    onnx.save(model, tmp_path / 'model.onnx')
    return tmp_path / 'model.onnx'


def tile(blue: int, green: int, red: int = 0) -> np.ndarray:
    return np.full((4, 4, 3), (blue, green, red), np.uint8)


def test_steps_are_those_of_the_least_and_greatest_value(source: Path, tmp_path: Path) -> None:
    """The sum reaches 25.5 x 1.53 = 39.015, so that its step is 0.153.

    Pixels (100, 50, 0) give 0.64 x 10 + 0.64 x 5 = 9.6, the 63rd step. Below 0 is nothing. Pixels
    of 255 give the greatest sum of two products, which a CPU without VNNI has to hold in 16 bits.
    """
    out = quantize_file(source, tmp_path / 'out/int8.onnx', [tile(0, 0), tile(255, 255, 255)])
    model = OnnxModel(out)
    assert model([tile(100, 50)]).max() == pytest.approx(63 * 0.153, abs=1e-4)
    assert model([tile(255, 255)]).max() == pytest.approx(213 * 0.153, abs=1e-4)
    assert model([tile(255, 255, 255)]).max() == pytest.approx(39.015, abs=1e-4)


def test_types_are_those_that_a_cpu_multiplies_at_once(source: Path, tmp_path: Path) -> None:
    graph = onnx.load(quantize_file(source, tmp_path / 'int8.onnx', [tile(255, 255, 255)])).graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    pairs = [node for node in graph.node if node.op_type == 'QuantizeLinear']
    assert {values[node.input[2]].dtype for node in pairs} == {np.dtype(np.uint8)}
    signed = [one for one in values.values() if one.dtype == np.int8 and one.ndim == 4]
    # 7 bits, so that 255 * (64 + 64) is below 2 ** 15.
    assert [one.ravel().tolist() for one in signed] == [[64, 64, 25]]
    last = next(node for node in graph.node if node.name.startswith('last'))
    assert values[last.input[1]].dtype == np.float32


def test_metadata_stays(source: Path, tmp_path: Path) -> None:
    out = quantize_file(source, tmp_path / 'int8.onnx', [tile(255, 255)])
    known = onnxruntime.InferenceSession(str(out)).get_modelmeta().custom_metadata_map
    assert json.loads(known['lanedet_mm']) == DETAIL and known['other'] == 'kept'


def test_what_cannot_be_calibrated_is_refused(source: Path, tmp_path: Path) -> None:
    out = tmp_path / 'int8.onnx'
    with pytest.raises(ValueError, match='no tiles to calibrate on; INT8 needs some tens of the'):
        quantize_file(source, out, [])
    wrong = np.zeros((8, 4, 3), np.uint8)
    with pytest.raises(ValueError, match=r'shape \(8, 4, 3\) to calibrate on; needed .* 4 x 4 px'):
        quantize_file(source, out, [wrong])
    with pytest.raises(ValueError, match=r'shape \(4, 4\) to calibrate on'):
        quantize_file(source, out, [wrong[:4, :, 0]])
    bare = onnx.load(source)
    del bare.metadata_props[:]
    onnx.save(bare, source)
    with pytest.raises(ValueError, match=r'model\.onnx: has no metadata, so that tiles cannot'):
        quantize_file(source, out, [tile(1, 2)])
    source.write_bytes(source.read_bytes()[:40])
    with pytest.raises(ValueError, match='is cut off or no ONNX file'):
        quantize_file(source, out, [tile(1, 2)])
    assert not out.exists()
