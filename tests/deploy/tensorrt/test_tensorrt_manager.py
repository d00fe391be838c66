"""mmdeploy's own API with our back end."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from mmdeploy.apis import torch2onnx
from mmdeploy.apis.utils import build_task_processor, to_backend
from mmdeploy.backend.base import get_backend_manager, get_backend_wrapper_class
from mmdeploy.utils import Backend, get_precision
from mmengine.config import Config
from tensorrt_double import TensorRTDouble
from tiny_engines import WriteConv, build_tiny, fresh_scope

from lanedet_mm.deploy import parity
from lanedet_mm.deploy.deploy_model import deploy_model
from lanedet_mm.deploy.export_onnx import _quiet, _torchscript_exporter
from lanedet_mm.deploy.onnx_graph import read_graph
from lanedet_mm.deploy.open_model import open_model
from lanedet_mm.deploy.tensorrt import tensorrt_manager
from lanedet_mm.deploy.tensorrt.engine_sidecar import EngineSidecar
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.deploy.tensorrt.tensorrt_manager import TensorRTManager, config_profiles
from lanedet_mm.deploy.tensorrt.tensorrt_wrapper import TensorRTWrapper

DEPLOY = Path(__file__).parents[3] / 'configs/deploy'
METADATA = '{"mean": [100, 100, 100], "std": [50, 50, 50], "to_rgb": true}'
FREE = {'min_shape': (1, 3, 32, 32), 'opt_shape': (1, 3, 64, 64), 'max_shape': (2, 3, 64, 64)}
FIXED = dict.fromkeys(FREE, (1, 3, 64, 64))


def deploy_config(name: str, shapes: dict[str, tuple[int, ...]]) -> Config:
    """A deploy config of ours at a size for tests."""
    config = Config.fromfile(DEPLOY / name)
    config.backend_config.model_inputs[0].input_shapes = {'input': shapes}
    if config.onnx_config.input_shape is not None:
        config.onnx_config.input_shape = (64, 64)
    return config


@pytest.fixture
def on_cpu(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPU stands for the GPU, which mmdeploy and `Gpu` would refuse."""
    monkeypatch.setattr(Gpu, 'of', lambda device: gpu)
    monkeypatch.setattr('mmdeploy.apis.utils.utils.check_backend_device', lambda **given: None)


@pytest.fixture
def scope() -> Iterator[None]:
    with fresh_scope():
        yield


def test_mmdeploy_finds_ours(double: TensorRTDouble) -> None:
    """Also where the search imports mmdeploy's own, which asks for names that are gone."""
    assert double.__version__
    for name in [one for one in sys.modules if one.startswith('mmdeploy.backend.tensorrt')]:
        if not name.endswith('backend_manager'):
            del sys.modules[name]
    assert get_backend_manager('tensorrt') is TensorRTManager
    assert get_backend_manager(Backend.TENSORRT) is TensorRTManager
    assert get_backend_wrapper_class(Backend.TENSORRT) is TensorRTWrapper


@pytest.mark.parametrize(
    ('name', 'precision', 'static'),
    [
        ('tensorrt_fp16_dynamic.py', 'FP16', False),
        ('tensorrt_fp16_static.py', 'FP16', True),
        ('tensorrt_int8_static.py', 'INT8', True),
    ],
)
def test_deploy_configs_say_what_their_names_say(name: str, precision: str, static: bool) -> None:
    config = Config.fromfile(DEPLOY / name)
    (profile,) = config_profiles(config.backend_config.model_inputs[0])
    assert get_precision(config) == precision
    assert (profile.fixed is not None) is static
    assert (config.onnx_config.dynamic_axes is None) is static
    assert config.custom_imports.imports == tensorrt_manager.__name__
    if static:
        assert profile.fixed == (1, 3, *config.onnx_config.input_shape)


@pytest.mark.usefixtures('on_cpu', 'scope', 'stream')
@pytest.mark.parametrize('double', ['11.4.0.106'], indirect=True)
def test_from_checkpoint_to_a_mask_by_mmdeploy(
    tiny_model: Path, tmp_path: Path, double: TensorRTDouble
) -> None:
    """`torch2onnx`, `to_backend`, and mmdeploy's model around the engine."""
    if tiny_model.name.startswith('vit'):  # its position embedding wants one size
        deploy = deploy_config('tensorrt_fp16_static.py', FIXED)
    else:
        deploy = deploy_config('tensorrt_fp16_dynamic.py', FREE)
    model = Config.fromfile(tiny_model / 'config.py')
    tile = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    with _torchscript_exporter(), _quiet():
        torch2onnx(
            tile, str(tmp_path), 'model.onnx', deploy, model, str(tiny_model / 'model.pth'), 'cpu'
        )
    (engine,) = to_backend('tensorrt', [str(tmp_path / 'model.onnx')], str(tmp_path), deploy)
    assert engine == str(tmp_path / 'model_fp16.engine')
    assert EngineSidecar.read(engine).precision == 'fp16'
    processor = build_task_processor(model, deploy, 'cpu')
    built = processor.build_backend_model([engine])
    _, batch = processor.create_input(tile, (64, 64), data_preprocessor=built.data_preprocessor)
    found = built.wrapper({'input': batch})['output']
    with torch.inference_mode():
        expected = build_tiny(tiny_model).encode_decode(batch, [{'img_shape': (64, 64)}])
    assert found.shape == expected.shape == (1, 3, 64, 64)
    assert (found - expected).std() / expected.std() < 5e-3
    assert double._recorder.streams == [77]


def small_engine(tmp_path: Path, name: str, low_px: int, high_px: int) -> Path:
    """A deploy config of ours whose engine takes from one size to another."""
    path = tmp_path / 'small.py'
    low, high = f'(1, 3, {low_px}, {low_px})', f'(1, 3, {high_px}, {high_px})'
    shapes = f'dict(min_shape={low}, opt_shape={low}, max_shape={high})'
    size = 'onnx_config = dict(input_shape=(32, 32))\n' if 'static' in name else ''
    path.write_text(
        f"_base_ = '{DEPLOY / name}'\n{size}"
        f'inputs = dict(input_shapes=dict(input={shapes}))\n'
        'backend_config = dict(model_inputs=[inputs])\n'
    )
    return path


@pytest.mark.usefixtures('on_cpu', 'stream', 'double')
@pytest.mark.parametrize('double', ['11.4.0.106'], indirect=True)
@pytest.mark.parametrize('precision', ['fp16', 'int8'])
def test_from_checkpoint_to_a_judged_engine_in_one_call(
    tmp_path: Path, config: Config, checkpoint: Path, precision: str
) -> None:
    """With tiles of both sides; the engine is judged, and set aside if it is not good enough."""
    deploy = small_engine(tmp_path, f'tensorrt_{precision}_static.py', 32, 32)
    deployed = deploy_model(deploy, config, checkpoint, tmp_path / 'out')
    refused = '' if deployed.refused is None else '.refused'
    names = {path.name for path in (tmp_path / 'out').iterdir()}
    (cache,) = (name for name in names if name.endswith('.cache'))
    engine, source = f'model_{precision}{refused}.engine', f'model_{precision}{refused}.onnx'
    assert names == {source, engine, f'{engine}.json', cache}
    assert deployed.precision == EngineSidecar.read(deployed.file).precision == precision
    assert deployed.parity.pixels == 4 * 32 * 32
    assert deployed.parity.lane_iou is not None
    assert deployed.parity.changed < 0.1


@pytest.mark.usefixtures('on_cpu', 'stream', 'double')
@pytest.mark.parametrize('double', ['11.4.0.106'], indirect=True)
def test_a_refused_engine_leaves_the_one_before(
    tmp_path: Path, config: Config, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both can be opened, each beside the ONNX file that it was built from."""
    deploy, out = small_engine(tmp_path, 'tensorrt_fp16_static.py', 32, 32), tmp_path / 'out'
    good = deploy_model(deploy, config, checkpoint, out)
    assert good.refused is None
    before = {path: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setitem(parity.MAX_DROP, 'fp16', -1.0)
    state = torch.load(checkpoint, weights_only=True)
    state['state_dict']['decode_head.conv_seg.weight'] *= 2
    torch.save(state, tmp_path / 'other.pth')
    deployed = deploy_model(deploy, config, tmp_path / 'other.pth', out)
    assert deployed.file == out / 'model_fp16.refused.engine'
    assert {path: path.read_bytes() for path in before} == before
    assert {path.name for path in out.iterdir()} - {path.name for path in before} == {
        'model_fp16.refused.engine',
        'model_fp16.refused.engine.json',
        'model_fp16.refused.onnx',
    }
    for file in (good.file, deployed.file):
        assert open_model([file]).tile_px == 32


@pytest.mark.usefixtures('on_cpu', 'stream', 'double')
@pytest.mark.parametrize('double', ['11.4.0.106'], indirect=True)
@pytest.mark.parametrize(('divisor', 'low_px', 'odd'), [(1, 16, 29 * 27), (32, 32, 35 * 37)])
def test_a_free_engine_is_judged_within_its_sizes(
    tmp_path: Path, config: Config, checkpoint: Path, divisor: int, low_px: int, odd: int
) -> None:
    """Padded as PyTorch pads, if it does."""
    config.model.data_preprocessor.test_cfg = {'size_divisor': divisor}
    deploy = small_engine(tmp_path, 'tensorrt_fp16_dynamic.py', low_px, 64)
    deployed = deploy_model(deploy, config, checkpoint, tmp_path / 'out')
    assert deployed.parity.pixels == 4 * 32 * 32 + odd
    assert deployed.parity.changed < 1e-3


@pytest.mark.usefixtures('on_cpu', 'double')
@pytest.mark.parametrize('double', ['11.4.0.106'], indirect=True)
def test_sizes_that_do_not_fit_are_said_before_the_build(tmp_path: Path, config: Config) -> None:
    deploy = small_engine(tmp_path, 'tensorrt_fp16_dynamic.py', 40, 64)
    with pytest.raises(
        ValueError, match=r'for windows of 32 x 32 px, padded .* and the engine is to'
    ):
        deploy_model(deploy, config, tmp_path / 'none.pth', tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


@pytest.mark.usefixtures('double', 'on_cpu')
def test_int8_is_calibrated_on_given_tiles(tmp_path: Path, write_conv: WriteConv) -> None:
    """The one convolution of the file is its last, so that all that changes is its name."""
    source = write_conv(metadata=METADATA)
    deploy = deploy_config('tensorrt_int8_static.py', FIXED)
    tile = np.zeros((64, 64, 3), np.uint8)
    (engine,) = to_backend(
        'tensorrt', [str(source)], str(tmp_path), deploy, calibration_tiles=[tile]
    )
    assert engine == str(tmp_path / 'conv_int8.engine')
    assert (
        read_graph(tmp_path / 'conv_int8.onnx')
        .graph.input[0]
        .type.tensor_type.shape.dim[2]
        .dim_value
        == 64
    )
    with pytest.raises(ValueError, match='no tiles to calibrate on'):
        to_backend('tensorrt', [str(source)], str(tmp_path), deploy)


@pytest.mark.usefixtures('on_cpu')
def test_engine_onnx_and_timings_lie_together(
    tmp_path: Path, write_conv: WriteConv, double: TensorRTDouble
) -> None:
    deploy = deploy_config('tensorrt_fp16_dynamic.py', FREE)
    deploy.backend_config.model_inputs[0].save_file = 'lane.engine'
    deploy.backend_config.common_config = {}
    out = tmp_path / 'out'
    out.mkdir()
    to_backend('tensorrt', [str(write_conv())], str(out), deploy)
    timing = f'timing_NVIDIA-H100-80GB-HBM3_{double.__version__}.cache'
    assert {path.name for path in out.iterdir()} == {
        'conv_fp32.onnx',
        'lane.engine',
        'lane.engine.json',
        timing,
    }
    onnx.checker.check_model(onnx.load(out / 'conv_fp32.onnx'))


@pytest.mark.usefixtures('double')
def test_a_cpu_is_refused(tmp_path: Path, write_conv: WriteConv) -> None:
    deploy = deploy_config('tensorrt_fp16_dynamic.py', FREE)
    with pytest.raises(ValueError, match="TensorRT runs on a GPU, not on 'cpu'"):
        to_backend('tensorrt', [str(write_conv())], str(tmp_path), deploy, device='cpu')


def test_without_tensorrt_the_pip_line_is_said(
    tmp_path: Path, write_conv: WriteConv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', None)  # type: ignore[arg-type]
    deploy = deploy_config('tensorrt_fp16_dynamic.py', FREE)
    with pytest.raises(ImportError, match='TensorRT is not installed: python -m pip install'):
        to_backend('tensorrt', [str(write_conv())], str(tmp_path), deploy)
    assert TensorRTManager.get_version() == 'None'
    assert not TensorRTManager.is_available(with_custom_ops=True)


def test_several_profiles_of_one_input() -> None:
    inputs = {'input_shapes': {'input': [FREE, FIXED]}}
    assert config_profiles(inputs) == [
        InputProfile((1, 3, 32, 32), (1, 3, 64, 64), (2, 3, 64, 64)),
        InputProfile((1, 3, 64, 64), (1, 3, 64, 64), (1, 3, 64, 64)),
    ]
    for wrong in ({}, {'input_shapes': {}}, {'input_shapes': {'a': FREE, 'b': FREE}}):
        with pytest.raises(ValueError, match='needed is one input by its name'):
            config_profiles(wrong)
