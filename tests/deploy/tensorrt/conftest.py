import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

sys.path.insert(0, str(Path(__file__).parent))

from api_names import read_surface
from tensorrt_double import TensorRTDouble
from tiny_engines import ROOT, TINY, CpuGpu, StreamDouble, WriteConv, built, fresh_scope

from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.deploy.tensorrt.gpu import Gpu

VERSIONS = ('10.9.0.34', '10.16.1.11', '11.4.0.106')


@pytest.fixture
def gpu() -> Gpu:
    return CpuGpu(0, 'NVIDIA H100 80GB HBM3', '9.0')


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> StreamDouble:
    """PyTorch's current stream."""
    current = StreamDouble(77)
    monkeypatch.setattr(torch.cuda, 'current_stream', lambda device: current)
    return current


@pytest.fixture(params=VERSIONS)
def double(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> TensorRTDouble:
    """TensorRT of each version, as far as its names go."""
    module = TensorRTDouble(read_surface(), request.param)
    monkeypatch.setitem(sys.modules, 'tensorrt', module)  # type: ignore[arg-type]
    return module


@pytest.fixture
def write_conv(tmp_path: Path) -> WriteConv:
    """A graph of one convolution 1 x 1 that doubles the image: `write_conv(height='height')`."""

    def write(
        batch: str | int = 'batch',
        channels: int = 3,
        height: str | int = 'height',
        width: str | int = 'width',
        *,
        metadata: str | None = None,
    ) -> Path:
        weight = 2 * np.eye(channels, dtype=np.float32)[:, :, None, None]
        sides = (batch, channels, height, width)
        graph = helper.make_graph(
            [helper.make_node('Conv', ['input', 'weight'], ['output'], name='conv')],
            'double',
            [helper.make_tensor_value_info('input', TensorProto.FLOAT, sides)],
            [helper.make_tensor_value_info('output', TensorProto.FLOAT, sides)],
            [onnx.numpy_helper.from_array(weight, 'weight')],
        )
        opset = [helper.make_opsetid('', 17)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=8)
        if metadata is not None:
            helper.set_model_props(model, {'lanedet_mm': metadata})
        onnx.save(model, tmp_path / 'conv.onnx')
        return tmp_path / 'conv.onnx'

    return write


@pytest.fixture(scope='session', params=TINY)
def tiny_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with `config.py` and `model.pth` of each kind of model, untrained."""
    folder = tmp_path_factory.mktemp(request.param)
    base, smaller = TINY[request.param]
    (folder / 'config.py').write_text(f"_base_ = '{ROOT / 'configs/demo' / base}'\n{smaller}\n")
    torch.manual_seed(0)
    torch.save({'state_dict': built(folder).state_dict(), 'meta': {}}, folder / 'model.pth')
    return folder


@pytest.fixture(scope='session')
def exported(tiny_model: Path) -> Path:
    """ONNX file of each kind of model, any batch and size."""
    deploy = ROOT / 'configs/deploy/_base_/onnx.py'
    with fresh_scope():
        return export_onnx(
            deploy, tiny_model / 'config.py', tiny_model / 'model.pth', tiny_model / 'onnx'
        )


@pytest.fixture(scope='session')
def reference(find_shared: Callable[[str], Path]) -> Path:
    """TensorRT's API and operators, where this machine has them."""
    return find_shared('tensorrt_api')
