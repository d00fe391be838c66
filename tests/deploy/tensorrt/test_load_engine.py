import dataclasses
import json
from pathlib import Path

import pytest
from tensorrt_double import TensorRTDouble
from tiny_engines import CpuGpu, WriteConv

from lanedet_mm.deploy.tensorrt.build_engine import build_engine
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar, sidecar_path
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.load_engine import load_engine

ONE = InputProfile((1, 3, 8, 8), (1, 3, 8, 8), (1, 3, 8, 8))


@pytest.fixture
def engine(double: TensorRTDouble, tmp_path: Path, write_conv: WriteConv, gpu: Gpu) -> Path:
    """An engine of the version in use, its ONNX file beside it."""
    assert double.__version__
    build_engine(write_conv(), tmp_path / 'conv.engine', profiles=[ONE], gpu=gpu)
    return tmp_path / 'conv.engine'


def test_an_engine_that_fits_is_loaded(engine: Path, gpu: Gpu) -> None:
    loaded = load_engine(engine, gpu=gpu)
    assert loaded.sidecar.profiles == (ONE,)
    assert loaded.engine.get_tensor_name(0) == 'input'


def test_another_version_is_refused(engine: Path, gpu: Gpu, double: TensorRTDouble) -> None:
    built, double.__version__ = double.__version__, '10.3.0'
    wanted = rf"is of TensorRT {built}, and TensorRT 10\.3\.0 is installed; .*'tensorrt=={built}'"
    with pytest.raises(ValueError, match=wanted):
        load_engine(engine, gpu=gpu)


@pytest.mark.parametrize(
    'other', [CpuGpu(0, 'NVIDIA L4', '8.9'), CpuGpu(0, 'NVIDIA H100 80GB HBM3', '10.0')]
)
def test_another_gpu_is_refused(engine: Path, other: Gpu) -> None:
    wanted = (
        rf'is for NVIDIA H100 80GB HBM3 \(9\.0\), and this GPU is {other.name} '
        rf'\({other.compute_capability}\); build it again.*on this machine'
    )
    with pytest.raises(ValueError, match=wanted):
        load_engine(engine, gpu=other)


def test_another_onnx_file_is_refused(
    engine: Path, gpu: Gpu, write_conv: WriteConv, tmp_path: Path
) -> None:
    other = tmp_path / 'other.onnx'
    other.write_bytes(write_conv(metadata='{}').read_bytes())
    with pytest.raises(ValueError, match=r'built from another conv\.onnx than .*other\.onnx'):
        load_engine(engine, gpu=gpu, onnx=other)
    # `write_conv` has written `conv.onnx` anew: what lies beside the engine is compared unasked.
    with pytest.raises(ValueError, match=r'built from another conv\.onnx than .*conv\.onnx'):
        load_engine(engine, gpu=gpu)
    (tmp_path / 'conv.onnx').unlink()
    assert load_engine(engine, gpu=gpu).sidecar.onnx_file == 'conv.onnx'


def test_a_truncated_engine_is_refused(engine: Path, gpu: Gpu, double: TensorRTDouble) -> None:
    content = engine.read_bytes()
    engine.write_bytes(content[:-1])
    double._recorder.used.clear()
    wanted = f'has {len(content) - 1} bytes, not the {len(content)} that were written: it is cut'
    with pytest.raises(ValueError, match=wanted):
        load_engine(engine, gpu=gpu)
    engine.write_bytes(content[:-1] + b'?')
    with pytest.raises(ValueError, match=r'is not what was written \(checksum\)'):
        load_engine(engine, gpu=gpu)
    assert double._recorder.used == set(), 'TensorRT crashes on such files; it must not see them'


def test_engine_and_sidecar_go_together(engine: Path, gpu: Gpu, tmp_path: Path) -> None:
    sidecar_path(engine).rename(tmp_path / 'away')
    with pytest.raises(FileNotFoundError, match=r'no .*conv\.engine\.json; an engine and its'):
        load_engine(engine, gpu=gpu)
    for text in ('', '[]', '{"profiles": []}', '{"profiles": [{"smallest": [1]}]}'):
        sidecar_path(engine).write_text(text)
        with pytest.raises(ValueError, match='is no sidecar of an engine'):
            load_engine(engine, gpu=gpu)
    (tmp_path / 'away').rename(sidecar_path(engine))
    engine.unlink()
    with pytest.raises(FileNotFoundError, match=r'no .*conv\.engine; an engine and its sidecar'):
        load_engine(engine, gpu=gpu)


def test_what_tensorrt_does_not_take_is_refused(engine: Path, gpu: Gpu) -> None:
    head, graph = engine.read_bytes().split(b'\n', 1)
    other = json.dumps({**json.loads(head), 'version': '10.0.0'}).encode() + b'\n' + graph
    from hashlib import sha256

    sidecar = EngineSidecar.read(engine)
    engine.write_bytes(other)
    dataclasses.replace(
        sidecar, engine_bytes=len(other), engine_sha256=sha256(other).hexdigest()
    ).write(engine)
    with pytest.raises(ValueError, match='TensorRT does not take it'):
        load_engine(engine, gpu=gpu)
