"""An ONNX file, whole or refused, and what it says of itself."""

import hashlib
import json
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto

from lanedet_mm.inference.onnx_model import METADATA_KEY

Side = int | str  # a number, or the name of a free one


def read_graph(path: Path | str) -> onnx.ModelProto:
    """Read a file whose weights lie inside it.

    Raises:
        FileNotFoundError: If it is missing.
        ValueError: If it is cut off, no ONNX, or has its weights in a side file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'no model {path}')
    try:
        model = onnx.load(path, load_external_data=False)
        outside = any(tensor.external_data for tensor in model.graph.initializer)
        if not outside:
            onnx.checker.check_model(model)
    except Exception as error:  # protobuf's and the checker's share no class of their own
        raise ValueError(
            f'{path}: is cut off or no ONNX file ({str(error).strip()[:200]}); export it again'
        ) from error
    if outside:
        raise ValueError(
            f'{path}: has its weights in a side file; export it as one file (tools/deploy.py)'
        )
    return model


def file_sha256(path: Path | str) -> str:
    """Checksum of a file, in hexadecimal digits."""
    with Path(path).open('rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def image_input(model: onnx.ModelProto) -> tuple[str, tuple[Side, ...]]:
    """Name of the graph's only input and its sides, free ones by name.

    Raises:
        ValueError: If there are several inputs, or it is not float32 of four sides.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [one for one in model.graph.input if one.name not in weights]
    kinds = [one.type.tensor_type for one in inputs]
    if len(inputs) != 1 or kinds[0].elem_type != TensorProto.FLOAT or len(kinds[0].shape.dim) != 4:
        raise ValueError(
            f'a graph with the inputs {[one.name for one in inputs]}; needed is one image, float32 '
            '(N, C, H, W)'
        )
    sides = (side.dim_value or side.dim_param or '?' for side in kinds[0].shape.dim)
    return inputs[0].name, tuple(sides)


def graph_precision(model: onnx.ModelProto) -> str:
    """'int8', 'fp16' or 'fp32': what a strongly typed network of this graph computes in."""
    if any(node.op_type == 'QuantizeLinear' for node in model.graph.node):
        return 'int8'
    halves = any(one.data_type == TensorProto.FLOAT16 for one in model.graph.initializer)
    return 'fp16' if halves else 'fp32'


def model_description(model: onnx.ModelProto) -> dict[str, Any] | None:
    """Classes, normalization and so on, as the export wrote them; None if it did not."""
    found = (entry.value for entry in model.metadata_props if entry.key == METADATA_KEY)
    text = next(found, None)
    return None if text is None else dict(json.loads(text))
