import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from tiny_engines import WriteConv

from lanedet_mm.deploy.onnx_graph import read_graph
from lanedet_mm.deploy.tensorrt.int8_quantization import quantize_int8
from lanedet_mm.deploy.tensorrt.prepare_graph import prepare_graph


@pytest.fixture
def two_convolutions() -> onnx.ModelProto:
    """1.27 of the first channel plus 0.5 of the second; a convolution after it copies."""
    weights = {
        'weight': np.array([1.27, 0.5], np.float32).reshape(1, 2, 1, 1),
        'one': np.ones((1, 1, 1, 1), np.float32),
    }
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node('Conv', ['input', 'weight'], ['sum'], name='first'),
            helper.make_node('Conv', ['sum', 'one'], ['output'], name='last'),
        ],
        'sum',
        [value('input', TensorProto.FLOAT, (1, 2, 1, 1))],
        [value('output', TensorProto.FLOAT, (1, 1, 1, 1))],
        [numpy_helper.from_array(one, name) for name, one in weights.items()],
    )
    opset = [helper.make_opsetid('', 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def pixel(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, 2, 1, 1)


def test_steps_are_those_of_the_largest_value(two_convolutions: onnx.ModelProto) -> None:
    """Calibrated to 12.7 a step is 0.1, and to 1.27 it is 0.01: 1.23 is read as 1.2, 4.56 as 4.6.

    Hence 1.27 x 1.2 + 0.5 x 4.6 = 3.824, and 20 is cut off at 12.7: 1.27 x 12.7 = 16.129.
    """
    quantized = quantize_int8(two_convolutions, [pixel(-3, 12.7), pixel(1, 2)])
    session = onnxruntime.InferenceSession(quantized.SerializeToString())
    found = [
        session.run(None, {'input': one})[0].item() for one in (pixel(1.23, 4.56), pixel(20, 0))
    ]
    np.testing.assert_allclose(found, [3.824, 16.129], atol=1e-4)


def test_pairs_are_as_tensorrt_wants_them(two_convolutions: onnx.ModelProto) -> None:
    quantized = quantize_int8(two_convolutions, [pixel(-3, 12.7)])
    values = {one.name: numpy_helper.to_array(one) for one in quantized.graph.initializer}
    pairs = [node for node in quantized.graph.node if node.op_type == 'QuantizeLinear']
    zeros = [values[node.input[2]] for node in pairs]
    assert len(pairs) == 2 and {one.dtype for one in zeros} == {np.dtype(np.int8)}
    assert not any(one.any() for one in zeros)
    steps = sorted(float(values[node.input[1]].ravel()[0]) for node in pairs)
    np.testing.assert_allclose(steps, [0.01, 0.1], rtol=1e-6)
    # Weights stay float32 before their pair, one step for each channel that comes out.
    assert values['weight'].dtype == np.float32
    last = next(node for node in quantized.graph.node if node.name == 'last')
    assert last.input[1] == 'one', 'the last convolution stays in float32'


def test_without_tiles_nothing_is_quantized(two_convolutions: onnx.ModelProto) -> None:
    with pytest.raises(ValueError, match='no tiles to calibrate on; INT8 needs some tens of the'):
        quantize_int8(two_convolutions, [])


def test_a_file_without_metadata_cannot_be_calibrated(write_conv: WriteConv) -> None:
    tile = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(ValueError, match='has no metadata, so that tiles cannot be normalized'):
        prepare_graph(read_graph(write_conv()), precision='int8', calibration_tiles=[tile])
