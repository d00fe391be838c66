import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from lanedet_mm.deploy.openvino.import_openvino import import_openvino

SaveScale = Callable[..., Path]
DETAIL = {
    'classes': ['background', 'solid', 'dashed'],
    'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
    'output': 'probabilities',
}


@pytest.fixture(scope='session')
def openvino() -> Any:  # noqa: ANN401 - its types are not complete
    """OpenVINO, or a test that is skipped for want of it."""
    try:
        return import_openvino()
    except ImportError as error:
        pytest.skip(str(error))


@pytest.fixture
def save_scale(tmp_path: Path) -> SaveScale:
    """Write a convolution 1 x 1 that multiplies each channel: `save_scale(2.0, mean=[1, 2, 3])`."""

    def save(
        factor: float = 1.0,
        *,
        name: str = 'model.onnx',
        shape: tuple[Any, ...] = ('n', 3, 'h', 'w'),
        described: bool = True,
        **metadata: object,
    ) -> Path:
        weight = factor * np.eye(3, dtype=np.float32)[:, :, None, None]
        ends = [
            helper.make_tensor_value_info(end, TensorProto.FLOAT, shape)
            for end in ('input', 'output')
        ]
        node = helper.make_node('Conv', ['input', 'weight'], ['output'], name='conv')
        tensors = [onnx.numpy_helper.from_array(weight, 'weight')]
        graph = helper.make_graph([node], 'scale', ends[:1], ends[1:], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
        if described:
            helper.set_model_props(model, {'lanedet_mm': json.dumps({**DETAIL, **metadata})})
        onnx.save(model, tmp_path / name)
        return tmp_path / name

    return save
