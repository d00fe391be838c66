import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lanedet_mm.deploy.back_end import (
    check_back_end,
    read_deploy_config,
    requested_precision,
    set_aside,
)

SmallDeploy = Callable[..., Path]
DEPLOY = Path(__file__).parents[2] / 'configs/deploy'
CONFIGS = sorted(DEPLOY.glob('*.py'))


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_names_say_back_end_precision_and_shape(path: Path) -> None:
    deploy = read_deploy_config(path)
    kind, *rest = path.stem.split('_')
    assert deploy.backend_config.type == kind
    assert requested_precision(deploy) == (rest[0] if rest[0] in ('fp16', 'int8') else 'fp32')
    static = 'static' in rest
    assert (deploy.onnx_config.input_shape is not None) is static
    assert (deploy.onnx_config.dynamic_axes is None) is static


@pytest.mark.parametrize(
    ('name', 'module', 'line'),
    [
        ('onnxruntime_static.py', 'onnxruntime', 'onnxruntime'),
        ('openvino_static.py', 'openvino', "'openvino>="),
        ('tensorrt_fp16_static.py', 'tensorrt', "'tensorrt>="),
    ],
)
def test_a_missing_back_end(
    name: str, module: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy = read_deploy_config(DEPLOY / name)
    monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=f'is not installed: python -m pip install {line}'):
        check_back_end(deploy)


def test_without_mmdeploy_the_pip_line_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'mmdeploy', None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r'install --no-deps mmdeploy==1\.3\.1 && python'):
        read_deploy_config(DEPLOY / 'onnxruntime_static.py')


def test_tensorrt_needs_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('lanedet_mm.deploy.back_end.import_tensorrt', lambda: None)
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 0)
    with pytest.raises(ValueError, match=r"no GPU 'cuda': PyTorch sees 0 here"):
        check_back_end(read_deploy_config(DEPLOY / 'tensorrt_fp16_static.py'))


def test_devices() -> None:
    deploy = read_deploy_config(DEPLOY / 'onnxruntime_dynamic.py')
    assert check_back_end(deploy) == 'cpu'
    assert check_back_end(deploy, device='cuda:1') == 'cuda:1'


def test_configs_that_are_none(tmp_path: Path, small_deploy: SmallDeploy) -> None:
    with pytest.raises(FileNotFoundError, match=r'no deploy config .*; see `ls configs/deploy`'):
        read_deploy_config(tmp_path / 'none.py')
    other = small_deploy('onnxruntime_dynamic.py', "backend_config = dict(type='ncnn')")
    with pytest.raises(ValueError, match=r"the back end is 'ncnn'; needed is one of \('onnx"):
        read_deploy_config(other)


@pytest.mark.parametrize(
    ('written', 'left'),
    [
        (['a.onnx'], ['a.refused.onnx']),
        (['a.engine', 'a.engine.json'], ['a.refused.engine', 'a.refused.engine.json']),
        (['a.xml', 'a.bin'], ['a.refused.bin', 'a.refused.xml']),
    ],
)
def test_a_refused_model_keeps_its_parts(
    tmp_path: Path, written: list[str], left: list[str]
) -> None:
    for name in written:
        (tmp_path / name).write_text(name)
    refused = set_aside(tmp_path / written[0])
    assert refused.read_text() == written[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == left
