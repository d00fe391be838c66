"""Which runtime opens what, and what is said of files that cannot be used."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from lanedet_mm.deploy.open_model import open_model

SaveIdentity = Callable[..., Path]
METADATA = json.dumps(
    {
        'classes': ['background', 'solid', 'dashed'],
        'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
        'output': 'logits',
        'tile_px': 640,
        'overlap_px': 160,
        'ground_gsd_m': [0.1, 0.3],
    }
)


@pytest.mark.parametrize(
    'files',
    [['a.txt'], ['config.py'], ['last.pth'], ['last.pth', 'config.py'], ['a.onnx', 'b.pth']],
)
def test_files_that_are_no_model(files: list[str]) -> None:
    with pytest.raises(ValueError, match=r'needed is X\.onnx, X\.engine, X\.xml, or a config'):
        open_model(files)


@pytest.mark.parametrize('name', ['none.onnx', 'none.engine', 'none.xml'])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError, match=rf'no model .*{name}'):
        open_model([tmp_path / name])


def test_config_and_checkpoint(config_file: Path, checkpoint: Path, tmp_path: Path) -> None:
    model = open_model([config_file, checkpoint])
    assert model.classes == ('background', 'white_solid', 'white_dashed')
    with pytest.raises(FileNotFoundError, match=r'no config .*none\.py'):
        open_model([tmp_path / 'none.py', checkpoint])


@pytest.mark.parametrize('there', ['cuda', 'cpu'])
def test_a_checkpoint_goes_where_training_does(monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    taken = []
    monkeypatch.setattr('mmengine.device.get_device', lambda: there)
    monkeypatch.setattr(
        'lanedet_mm.inference.torch_model.TorchModel', lambda *_, device: taken.append(device)
    )
    open_model(['config.py', 'last.pth'])
    open_model(['config.py', 'last.pth'], device='cuda:1')
    assert taken == [there, 'cuda:1']


def test_an_onnx_file_says_what_it_wants(save_identity: SaveIdentity) -> None:
    model = open_model([save_identity(metadata=METADATA)])
    assert (model.tile_px, model.overlap_px, model.ground_gsd_m) == (640, 160, (0.1, 0.3))
    assert not model.fixed_size


def test_onnx_without_metadata(save_identity: SaveIdentity) -> None:
    with pytest.raises(ValueError, match=r'has no metadata .*; export the model with tools/deploy'):
        open_model([save_identity()])


def test_truncated_onnx(save_identity: SaveIdentity) -> None:
    file = save_identity(metadata=METADATA)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r'model\.onnx: .* copy it again if it is cut off'):
        open_model([file])


@pytest.mark.parametrize(
    ('shape', 'kind', 'found'),
    [
        (('n', 4, 'h', 'w'), 1, r"tensor\(float\) \['n', 4, 'h', 'w'\]"),
        ((3, 'h', 'w'), 1, r"tensor\(float\) \[3, 'h', 'w'\]"),
        (('n', 3, 'h', 'w'), 10, r"tensor\(float16\) \['n', 3, 'h', 'w'\]"),
        (('n', 3, 'h', 'w'), 2, r"tensor\(uint8\) \['n', 3, 'h', 'w'\]"),
    ],
    ids=['channels', 'rank', 'half precision', 'bytes'],
)
def test_inputs_that_are_no_image(
    save_identity: SaveIdentity, shape: tuple[object, ...], kind: int, found: str
) -> None:
    file = save_identity(shape=shape, kind=kind, metadata=METADATA)
    wanted = rf'takes .*input: {found}.*needed is one image, tensor\(float\) \(N, 3, H, W\)'
    with pytest.raises(ValueError, match=wanted):
        open_model([file])


def test_outputs_that_do_not_fit_the_classes(save_identity: SaveIdentity) -> None:
    two = json.dumps({**json.loads(METADATA), 'classes': ['background', 'lane']})
    wanted = r"gives \['n', 3, 'h', 'w'\]; by its metadata needed is \(N, 2, H, W\)"
    with pytest.raises(ValueError, match=wanted):
        open_model([save_identity(metadata=two)])


def test_windows_that_the_model_does_not_take(save_identity: SaveIdentity) -> None:
    model = open_model([save_identity(shape=(1, 3, 8, 8), metadata=METADATA)])
    wanted = r'windows of 8 x 9 px; the model takes 8 x 8 px and no others: .*onnxruntime_dynamic'
    with pytest.raises(ValueError, match=wanted):
        model([np.zeros((8, 9, 3), np.uint8)])
    with pytest.raises(ValueError, match=r'windows of shape \(8, 8, 4\), uint8; needed is BGR'):
        model([np.zeros((8, 8, 4), np.uint8)])
    with pytest.raises(ValueError, match=r'windows of shape \(8, 8, 3\), float64; needed is BGR'):
        model([np.zeros((8, 8, 3))])


def test_an_engine_without_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines of another GPU or version: `tensorrt/test_load_engine.py`."""
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 0)
    (tmp_path / 'a.engine').write_bytes(b'')
    with pytest.raises(ValueError, match=r"no GPU 'cuda': PyTorch sees 0 here"):
        open_model([tmp_path / 'a.engine'])
    with pytest.raises(ValueError, match="TensorRT runs on a GPU, not on 'cpu'"):
        open_model([tmp_path / 'a.engine'], device='cpu')


@pytest.mark.parametrize(
    ('name', 'module', 'line'),
    [('a.onnx', 'onnxruntime', 'onnxruntime'), ('a.xml', 'openvino', "'openvino>=")],
)
def test_a_missing_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, line: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]
    (tmp_path / name).write_bytes(b'')
    with pytest.raises(ImportError, match=f'not installed: python -m pip install {line}'):
        open_model([tmp_path / name])
