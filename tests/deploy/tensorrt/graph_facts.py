"""What TensorRT's parser asks of a graph, read off the graph."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto, helper, numpy_helper

TYPES = {
    TensorProto.FLOAT: 'FP32',
    TensorProto.FLOAT16: 'FP16',
    TensorProto.INT64: 'INT64',
    TensorProto.INT32: 'INT32',
    TensorProto.INT8: 'INT8',
    TensorProto.UINT8: 'UINT8',
    TensorProto.BOOL: 'BOOL',
}
# Their other inputs (sizes, scales, zero points) have types of their own.
FIRST_INPUT_ALONE = ('Resize', 'QuantizeLinear', 'DequantizeLinear')
# Their table speaks of what comes out.
OUTPUT_TOO = ('Cast', 'Constant', 'ConstantOfShape')
# Which input holds the axes, where it is not an attribute.
AXES_INPUT = {'Slice': 3, 'Squeeze': 1, 'Unsqueeze': 1, 'ReduceMean': 1, 'ReduceSum': 1}


def value_types(model: onnx.ModelProto) -> dict[str, str]:
    """Type of each value of the graph."""
    graph = model.graph
    infos = [*graph.input, *graph.value_info, *graph.output]
    types = {one.name: TYPES[one.type.tensor_type.elem_type] for one in infos}
    return types | {one.name: TYPES[one.data_type] for one in graph.initializer}


def operator_types(model: onnx.ModelProto) -> set[tuple[str, str]]:
    """Each operator with each type that it works on."""
    types = value_types(model)
    found = set()
    for node in model.graph.node:
        given = [name for name in node.input if name]
        if node.op_type in FIRST_INPUT_ALONE:
            given = given[:1]
        if node.op_type in OUTPUT_TOO:
            given += node.output
        found |= {(node.op_type, types[name]) for name in given}
    return found


def shapeless_values(model: onnx.ModelProto) -> list[str]:
    """Values whose shape is not written down (a side may have a name instead of a number)."""
    graph = model.graph
    known = {
        one.name
        for one in [*graph.input, *graph.value_info, *graph.output]
        if one.type.tensor_type.HasField('shape')
    }
    known |= {one.name for one in graph.initializer}
    return [name for node in graph.node for name in node.output if name and name not in known]


def broken_rules(model: onnx.ModelProto) -> Iterator[str]:
    """Nodes that break a restriction of the parser's operator table."""
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        options = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        if node.domain not in ('', 'ai.onnx'):
            yield f'{node.name}: of {node.domain}'
        if node.op_type in ('QuantizeLinear', 'DequantizeLinear') and (
            constants[node.input[2]].dtype.name != 'int8' or constants[node.input[2]].any()
        ):
            yield f'{node.name}: zero point'
        axes = AXES_INPUT.get(node.op_type)
        if axes is not None and len(node.input) > axes and node.input[axes] not in constants:
            yield f'{node.name}: axes'
        if node.op_type == 'MaxPool' and len(node.output) > 1:
            yield f'{node.name}: indices'
        if node.op_type == 'Resize':
            yield from (f'{node.name}: {one}' for one in _resize_rules(options))


def _resize_rules(options: dict[str, object]) -> Iterator[str]:
    """Options of a `Resize` that the parser does not take."""
    mode = options.get('mode', b'nearest')
    if mode not in (b'nearest', b'linear'):
        yield f'mode {mode!r}'
    if options.get('antialias'):
        yield 'antialias'
    way = options.get('coordinate_transformation_mode', b'half_pixel')
    if way not in (b'half_pixel', b'pytorch_half_pixel', b'asymmetric', b'align_corners'):
        yield f'coordinates {way!r}'
