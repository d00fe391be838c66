from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lanedet_mm.deploy.fold_constants import fold_constants
from lanedet_mm.deploy.onnx_graph import image_input, read_graph

WriteConv = Callable[..., Path]


def sides(model: onnx.ModelProto) -> list[int | str]:
    """Of the output."""
    shape = model.graph.output[0].type.tensor_type.shape
    return [side.dim_value or side.dim_param for side in shape.dim]


def test_a_fixed_shape_is_written_down(write_conv: WriteConv) -> None:
    model = read_graph(write_conv(metadata='{"classes": []}'))
    free = fold_constants(model)
    fixed = fold_constants(model, shape=(2, 3, 8, 16))
    assert sides(free) == ['batch', 3, 'height', 'width']
    assert image_input(fixed) == ('input', (2, 3, 8, 16))
    assert sides(fixed) == [2, 3, 8, 16]
    assert sides(model) == ['batch', 3, 'height', 'width'], 'the original stays'
    assert fixed.metadata_props == model.metadata_props


def test_a_shape_that_the_graph_does_not_take_is_refused(write_conv: WriteConv) -> None:
    model = read_graph(write_conv(1, 3, 512, 512))
    with pytest.raises(ValueError, match=r'is \(1, 3, 512, 512\), which does not take \(1, 3, 256'):
        fold_constants(model, shape=(1, 3, 256, 256))
    with pytest.raises(ValueError, match=r'does not take \(1, 4, 512, 512\)'):
        fold_constants(model, shape=(1, 4, 512, 512))


def test_what_is_constant_is_worked_out() -> None:
    """input + (2 + 3) x 4."""
    nodes = [
        helper.make_node('Add', ['two', 'three'], ['five']),
        helper.make_node('Mul', ['five', 'four'], ['twenty']),
        helper.make_node('Identity', ['input'], ['same']),
        helper.make_node('Add', ['same', 'twenty'], ['output']),
    ]
    numbers = {'two': 2, 'three': 3, 'four': 4}
    graph = helper.make_graph(
        nodes,
        'sum',
        [helper.make_tensor_value_info('input', TensorProto.FLOAT, (1, 1, 2, 2))],
        [helper.make_tensor_value_info('output', TensorProto.FLOAT, (1, 1, 2, 2))],
        [numpy_helper.from_array(np.float32(one), name) for name, one in numbers.items()],
    )
    opset = [helper.make_opsetid('', 17)]
    folded = fold_constants(helper.make_model(graph, opset_imports=opset, ir_version=8))
    assert [node.op_type for node in folded.graph.node] == ['Add']
    assert [float(numpy_helper.to_array(one)) for one in folded.graph.initializer] == [20.0]
    assert [one.domain for one in folded.opset_import] == ['']
