import numpy as np
import onnx
import onnxruntime
import pytest
from graph_facts import value_types
from onnx import TensorProto, helper, numpy_helper

from lanedet_mm.deploy.fold_constants import fold_constants
from lanedet_mm.deploy.tensorrt.half_precision import convert_to_fp16


@pytest.fixture
def normed() -> onnx.ModelProto:
    """A convolution that multiplies by 300, a norm over the row, a softmax."""
    weights = {
        'weight': np.full((1, 1, 1, 1), 300, np.float32),
        'scale': np.ones(2, np.float32),
        'small': np.full((1,), 1e-3, np.float32),
    }
    nodes = [
        helper.make_node('Conv', ['input', 'weight'], ['large'], name='conv'),
        helper.make_node('LayerNormalization', ['large', 'scale'], ['normed'], name='norm'),
        helper.make_node('Mul', ['normed', 'small'], ['scaled'], name='mul'),
        helper.make_node('Softmax', ['scaled'], ['output'], name='softmax'),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        'normed',
        [value('input', TensorProto.FLOAT, (1, 1, 1, 2))],
        [value('output', TensorProto.FLOAT, (1, 1, 1, 2))],
        [numpy_helper.from_array(one, name) for name, one in weights.items()],
    )
    opset = [helper.make_opsetid('', 17)]
    return fold_constants(helper.make_model(graph, opset_imports=opset, ir_version=8))


def test_a_norm_and_a_softmax_compute_in_fp32(normed: onnx.ModelProto) -> None:
    half = convert_to_fp16(normed)
    onnx.checker.check_model(half)
    types = value_types(half)
    reads = {
        node.op_type: {types[name] for name in node.input}
        for node in half.graph.node
        if node.op_type != 'Cast'
    }
    assert reads == {
        'Conv': {'FP16'},
        'LayerNormalization': {'FP32'},
        'Mul': {'FP16'},
        'Softmax': {'FP32'},
    }
    assert types['input'] == types['output'] == 'FP32'
    assert value_types(normed)['weight'] == 'FP32', 'the original stays'


def test_it_says_the_same(normed: onnx.ModelProto) -> None:
    """A row (1, -1) x 300 has a variance of 90000, which no half holds; normed it is (1, -1)."""
    session = onnxruntime.InferenceSession(convert_to_fp16(normed).SerializeToString())
    row = np.array([[[[1, -1]]]], np.float32)
    expected = 1 / (1 + np.exp(-2e-3))  # 0.5005
    found = session.run(None, {'input': row})[0].ravel()
    np.testing.assert_allclose(found, [expected, 1 - expected], atol=2e-5)
