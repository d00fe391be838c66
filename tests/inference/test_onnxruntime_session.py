import sys
from pathlib import Path

import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from lanedet_mm.inference.onnxruntime_session import open_session


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """A file with a network whose output is its input."""
    image, output = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ('n', 3, 'h', 'w'))
        for name in ('input', 'output')
    )
    node = helper.make_node('Identity', ['input'], ['output'])
    graph = helper.make_graph([node], 'identity', [image], [output])
    opsets = [helper.make_opsetid('', 17)]
    path = tmp_path / 'identity.onnx'
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)
    return path


def test_a_session_has_the_threads_it_was_given(identity: Path) -> None:
    session = open_session(identity, device='cpu', threads=1)
    assert session.get_session_options().intra_op_num_threads == 1
    assert [one.name for one in session.get_inputs()] == ['input']


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / 'broken.onnx'
    broken.write_bytes(b'not a model')
    with pytest.raises(ValueError, match=r'broken\.onnx: ONNX Runtime does not take it'):
        open_session(broken, device='cpu', threads=1)


def test_devices(identity: Path) -> None:
    with pytest.raises(ValueError, match="no device 'gpu'"):
        open_session(identity, device='gpu', threads=None)


def test_the_cpu_does_not_stand_in_for_a_gpu_unasked(
    identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime says that it was built for CUDA, and opens the file on the CPU."""
    opened = onnxruntime.InferenceSession(identity, providers=['CPUExecutionProvider'])
    built = ['CUDAExecutionProvider', 'CPUExecutionProvider']
    monkeypatch.setattr(onnxruntime, 'get_available_providers', lambda: built)
    monkeypatch.setattr(onnxruntime, 'InferenceSession', lambda *_, **options: opened)
    wanted = r"runs it on \['CPUExecutionProvider'\], not on 'cuda:1', since a library of CUDA"
    with pytest.raises(ValueError, match=wanted):
        open_session(identity, device='cuda:1', threads=None)
    assert open_session(identity, device='cpu', threads=None) is opened


def test_the_package_for_gpus_takes_the_others_place(
    identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, 'get_available_providers', lambda: ['CPUExecutionProvider'])
    wanted = 'no GPU; .* pip uninstall -y onnxruntime && python -m pip install onnxruntime-gpu'
    with pytest.raises(ValueError, match=wanted):
        open_session(identity, device='cuda', threads=None)


def test_without_onnxruntime_the_pip_line_is_given(
    identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'onnxruntime', None)  # import of None raises ImportError
    with pytest.raises(ImportError, match='pip install onnxruntime'):
        open_session(identity, device='cpu', threads=None)
