import sys
from collections.abc import Callable
from pathlib import Path

import onnxruntime
import pytest
import torch

from lanedet_mm.deploy.back_end import (
    check_back_end,
    move_model,
    read_deploy_config,
    requested_precision,
    set_aside,
)
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar

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


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    deploy = read_deploy_config(DEPLOY / 'onnxruntime_dynamic.py')
    there = ['CPUExecutionProvider']
    monkeypatch.setattr(onnxruntime, 'get_available_providers', lambda: there)
    assert check_back_end(deploy) == 'cpu'
    with pytest.raises(ValueError, match='this ONNX Runtime has no GPU'):
        check_back_end(deploy, device='cuda:1')
    there.append('CUDAExecutionProvider')
    assert check_back_end(deploy, device='cuda:1') == 'cuda:1'


def test_configs_that_are_none(tmp_path: Path, small_deploy: SmallDeploy) -> None:
    with pytest.raises(FileNotFoundError, match=r'no deploy config .*; see `ls configs/deploy`'):
        read_deploy_config(tmp_path / 'none.py')
    other = small_deploy('onnxruntime_dynamic.py', "backend_config = dict(type='ncnn')")
    with pytest.raises(ValueError, match=r"the back end is 'ncnn'; needed is one of \('onnx"):
        read_deploy_config(other)


def write_model(folder: Path, names: list[str], text: str) -> Path:
    """Files of a model, the one that is opened first; an engine's sidecar names its ONNX file."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(text)
    file = folder / names[0]
    if file.suffix == '.engine':
        EngineSidecar(1, '', '10.9', 'L4', '8.9', 'a_fp16.onnx', '', 'fp16', (), None).write(file)
    return file


ENGINE = ['a.engine', 'a.engine.json', 'a_fp16.onnx']


@pytest.mark.parametrize(
    ('written', 'left'),
    [
        (['a.onnx'], ['a.refused.onnx']),
        (ENGINE, ['a.refused.engine', 'a.refused.engine.json', 'a_fp16.refused.onnx']),
        (ENGINE[:2], ['a.refused.engine', 'a.refused.engine.json']),
        (['a.xml', 'a.bin'], ['a.refused.bin', 'a.refused.xml']),
    ],
)
def test_a_refused_model_keeps_its_parts(
    tmp_path: Path, written: list[str], left: list[str]
) -> None:
    file = write_model(tmp_path / 'model', written, 'refused')
    refused = set_aside(file)
    assert refused.read_text() == 'refused'
    assert sorted(path.name for path in refused.parent.iterdir()) == left
    if written == ENGINE:  # an ONNX file of the first name may be of a good engine
        assert EngineSidecar.read(refused).onnx_file == 'a_fp16.refused.onnx'


@pytest.mark.parametrize('names', [['a.onnx'], ENGINE, ENGINE[:2], ['a.xml', 'a.bin']])
def test_a_model_is_moved_with_its_parts(tmp_path: Path, names: list[str]) -> None:
    """Over one of before; nothing else of its folder comes along."""
    file = write_model(tmp_path / 'new', names, 'new')
    (tmp_path / 'new/other.txt').write_text('')
    write_model(tmp_path / 'out', names, 'old')
    moved = move_model(file, tmp_path / 'out')
    assert moved == tmp_path / 'out' / names[0]
    left = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert left == sorted(names)
    for name in names:
        assert name.endswith('.json') or (tmp_path / 'out' / name).read_text() == 'new'


def test_a_move_that_stops_leaves_no_parts_of_two_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_model(tmp_path / 'new', ['a.xml', 'a.bin'], 'new')
    write_model(tmp_path / 'out', ['a.xml', 'a.bin'], 'old')
    replace = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if self.suffix == '.xml':
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, 'replace', stop)
    with pytest.raises(KeyboardInterrupt):
        move_model(file, tmp_path / 'out')
    assert not (tmp_path / 'out/a.xml').exists()
