"""A graph without what can be worked out before it runs."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx

from lanedet_mm.deploy.onnx_graph import image_input


def fold_constants(
    model: onnx.ModelProto, *, shape: Sequence[int] | None = None
) -> onnx.ModelProto:
    """Fold constants, drop what does nothing, join norms that the export took apart.

    ONNX Runtime does it at its first level, which leaves only operators of ONNX. A fixed shape
    folds more: a ViT's position embedding, resized by bicubic interpolation, which TensorRT's
    parser does not take, becomes a constant.

    Args:
        model: Any graph of one image input.
        shape: The only shape that the graph is to take, (N, C, H, W); None leaves it as it is.

    Returns:
        A new graph in which the shape of every value is written down.

    Raises:
        ValueError: If the graph does not take the shape.
    """
    import onnxruntime

    model = onnx.ModelProto.FromString(model.SerializeToString())
    if shape is not None:
        _fix_input(model, shape)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3  # errors
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / 'folded.onnx'
        options.optimized_model_filepath = str(out)
        onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=['CPUExecutionProvider']
        )
        folded = onnx.load(out)
    used = {node.domain for node in folded.graph.node} | {''}
    opsets = [one for one in folded.opset_import if one.domain in used]
    del folded.opset_import[:]
    folded.opset_import.extend(opsets)
    del folded.metadata_props[:]
    folded.metadata_props.extend(model.metadata_props)
    return infer_shapes(folded)


def infer_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with the type and shape of every value; wrong ones raise."""
    del model.graph.value_info[:]
    return onnx.shape_inference.infer_shapes(
        model, check_type=True, strict_mode=True, data_prop=True
    )


def _fix_input(model: onnx.ModelProto, shape: Sequence[int]) -> None:
    """Write a shape into the graph's input."""
    name, sides = image_input(model)
    if len(shape) != 4 or any(
        isinstance(side, int) and side != wanted for side, wanted in zip(sides, shape, strict=False)
    ):
        raise ValueError(
            f'input {name!r} is {sides}, which does not take {tuple(shape)}; change the deploy '
            'config or export the model again'
        )
    image = next(one for one in model.graph.input if one.name == name)
    for side, wanted in zip(image.type.tensor_type.shape.dim, shape, strict=True):
        side.dim_value = wanted
    for output in model.graph.output:
        output.type.tensor_type.ClearField('shape')  # written again by ONNX Runtime
    del model.graph.value_info[:]
