"""mmdeploy's own API with our back end."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mmdeploy.apis import inference_model
from mmdeploy.apis.utils import to_backend
from mmdeploy.backend.base import get_backend_manager, get_backend_wrapper_class
from mmdeploy.utils import Backend
from mmengine.config import Config

from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.deploy.openvino import openvino_manager
from lanedet_mm.deploy.openvino.openvino_manager import OpenVINOManager
from lanedet_mm.deploy.openvino.openvino_model import OpenVINOModel
from lanedet_mm.deploy.openvino.openvino_wrapper import OpenVINOWrapper
from lanedet_mm.inference.torch_model import TorchModel

DEPLOY = Path(__file__).parents[3] / 'configs/deploy'
CONFIGS = sorted(path.name for path in DEPLOY.glob('openvino_*.py'))
SaveScale = Callable[..., Path]
SmallDeploy = Callable[..., Path]


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)


def test_mmdeploy_finds_ours() -> None:
    """Also where the search imports mmdeploy's own once more."""
    for name in [one for one in sys.modules if one.startswith('mmdeploy.backend.openvino')]:
        if not name.endswith('backend_manager'):
            del sys.modules[name]
    assert get_backend_manager('openvino') is OpenVINOManager
    assert get_backend_manager(Backend.OPENVINO) is OpenVINOManager
    assert get_backend_wrapper_class(Backend.OPENVINO) is OpenVINOWrapper


@pytest.mark.parametrize('name', CONFIGS)
def test_deploy_configs_say_what_their_names_say(name: str) -> None:
    config = Config.fromfile(DEPLOY / name)
    backend = config.backend_config
    word = name.removesuffix('.py').split('_')[1]
    assert backend == {
        'type': 'openvino',
        'precision': word if word in ('fp16', 'int8') else 'fp32',
    }
    assert config.custom_imports.imports == openvino_manager.__name__
    assert (config.onnx_config.dynamic_axes is None) is name.endswith('_static.py')


@pytest.mark.usefixtures('openvino')
@pytest.mark.parametrize('name', ['openvino_dynamic.py', 'openvino_static.py'])
def test_from_checkpoint_to_a_mask_by_mmdeploy(
    name: str,
    config: Config,
    config_file: Path,
    checkpoint: Path,
    small_deploy: SmallDeploy,
    tmp_path: Path,
    noise: np.ndarray,
) -> None:
    deploy = small_deploy(name, 'codebase_config = dict(with_softmax=False, with_argmax=True)')
    source = export_onnx(deploy, config, checkpoint, tmp_path / 'onnx')
    (file,) = to_backend('openvino', [str(source)], str(tmp_path), Config.fromfile(deploy))
    assert file == str(tmp_path / 'model.xml')
    expected = TorchModel(config_file, checkpoint)([noise])[0]
    ours = OpenVINOModel(file)([noise])[0]
    (theirs,) = inference_model(str(config_file), str(deploy), [file], noise, 'cpu')
    mask = theirs.pred_sem_seg.data.numpy()[0]
    assert len(np.unique(expected.argmax(0))) > 1
    assert (ours.argmax(0) != expected.argmax(0)).mean() <= 1e-3
    np.testing.assert_array_equal(mask, ours.argmax(0))


@pytest.mark.usefixtures('openvino')
def test_int8_is_calibrated_on_given_tiles(save_scale: SaveScale, tmp_path: Path) -> None:
    """Its one convolution is its last, which stays as it is: what is new is the file's word."""
    source = save_scale(2.0, shape=(1, 3, 4, 4))
    deploy = Config.fromfile(DEPLOY / 'openvino_int8_static.py')
    tiles = [np.full((4, 4, 3), 255, np.uint8)]
    out = tmp_path / 'out'
    (file,) = to_backend('openvino', [str(source)], str(out), deploy, calibration_tiles=tiles)
    assert sorted(path.name for path in out.iterdir()) == ['model.bin', 'model.xml']
    model = OpenVINOModel(file)
    assert model.session.precision == 'int8'
    assert model([np.full((4, 4, 3), 7, np.uint8)]).max() == 14
    with pytest.raises(ValueError, match='no tiles to calibrate on'):
        to_backend('openvino', [str(source)], str(out), deploy)


def test_without_openvino_the_pip_line_is_said(
    save_scale: SaveScale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'openvino', None)  # type: ignore[arg-type]
    deploy = Config.fromfile(DEPLOY / 'openvino_dynamic.py')
    with pytest.raises(ImportError, match='OpenVINO is not installed: python -m pip install'):
        to_backend('openvino', [str(save_scale())], str(tmp_path), deploy)
    assert not OpenVINOManager.is_available(with_custom_ops=True)
