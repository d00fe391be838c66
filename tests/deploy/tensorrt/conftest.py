import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from api_names import read_surface
from tensorrt_double import TensorRTDouble
from tiny_engines import ROOT, TINY, CpuGpu, StreamDouble, built, fresh_scope

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
