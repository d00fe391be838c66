"""What TensorRT's ONNX parser is known to refuse, said before a build of minutes."""

import onnx
from onnx import helper


def check_parsable(model: onnx.ModelProto) -> None:
    """Refuse a graph with operators that TensorRT's parser does not take.

    Raises:
        ValueError: If one is not of ONNX itself, or resizes by bicubic interpolation.
    """
    for node in model.graph.node:
        if node.domain not in ('', 'ai.onnx'):
            raise ValueError(
                f'{node.domain}::{node.op_type} ({node.name}) is no operator of ONNX, and TensorRT '
                'has no plug-in for it here; export the model with tools/deploy.py'
            )
        options = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        if node.op_type == 'Resize' and options.get('mode') == b'cubic':
            raise ValueError(
                f'{node.name}: TensorRT resizes by nearest or linear, not by bicubic '
                'interpolation. A ViT does so with its position embedding where the size is free: '
                'export it for one size (configs/deploy/tensorrt_fp16_static.py)'
            )
