from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from mmengine.config import Config

from lanedet_mm.deploy.export_onnx import export_onnx, output_kind, window_px

SmallDeploy = Callable[..., Path]
OneChannel = Callable[[Config], Path]
DEPLOY = Path(__file__).parents[2] / 'configs/deploy'


def outputs(file: Path, batch: np.ndarray) -> np.ndarray:
    found: np.ndarray = onnxruntime.InferenceSession(file).run(None, {'input': batch})[0]
    return found


@pytest.mark.parametrize('opset', [17, 18])
def test_probabilities_and_classes_are_those_of_the_logits(
    tmp_path: Path, config: Config, checkpoint: Path, small_deploy: SmallDeploy, opset: int
) -> None:
    """Three exports in one process, of logits up to 1000 that must not overflow."""
    files = {}
    for name in ('onnxruntime_dynamic', 'onnxruntime_static'):
        changes = f'onnx_config = dict(opset_version={opset})' if 'dynamic' in name else ''
        files[name] = export_onnx(
            small_deploy(f'{name}.py', changes), config, checkpoint, tmp_path / name
        )
    files['logits'] = export_onnx(
        DEPLOY / '_base_/onnx.py', config, checkpoint, tmp_path / 'logits'
    )
    batch = 1000 * np.random.default_rng(0).standard_normal((1, 3, 32, 32)).astype(np.float32)
    logits = outputs(files['logits'], batch)
    assert np.abs(logits).max() > 100
    power = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    found = outputs(files['onnxruntime_dynamic'], batch)
    np.testing.assert_allclose(found, power / power.sum(1, keepdims=True), rtol=1e-4, atol=1e-6)
    classes = outputs(files['onnxruntime_static'], batch)
    assert np.array_equal(classes[:, 0], logits.argmax(1))


def test_the_file_is_one_and_for_running_alone(
    tmp_path: Path, config: Config, checkpoint: Path, small_deploy: SmallDeploy
) -> None:
    file = export_onnx(small_deploy('onnxruntime_dynamic.py'), config, checkpoint, tmp_path)
    assert [path.name for path in tmp_path.glob('*.onnx*')] == ['model.onnx']
    model = onnx.load(file, load_external_data=False)
    used = {node.op_type for node in model.graph.node}
    assert used.isdisjoint({'BatchNormalization', 'Dropout'})
    sides = model.graph.output[0].type.tensor_type.shape.dim
    assert [side.dim_value or side.dim_param for side in sides] == ['batch', 3, 'height', 'width']


@pytest.mark.parametrize(
    ('name', 'kind', 'side'),
    [
        ('_base_/onnx.py', 'logits', 32),
        ('onnxruntime_dynamic.py', 'probabilities', 32),
        ('onnxruntime_static.py', 'class_map', 512),
        ('onnxruntime_static_probabilities.py', 'probabilities', 512),
        ('tensorrt_fp16_dynamic.py', 'logits', 32),
        ('tensorrt_int8_static.py', 'logits', 512),
    ],
)
def test_what_deploy_configs_make(config: Config, name: str, kind: str, side: int) -> None:
    """Where any size is taken, that of training's crops counts."""
    deploy = Config.fromfile(DEPLOY / name)
    assert (output_kind(deploy), window_px(deploy, config)) == (kind, side)


@pytest.mark.parametrize(
    ('name', 'kind'), [('onnxruntime_dynamic.py', 'probabilities'), ('_base_/onnx.py', 'logits')]
)
def test_one_channel_gives_a_class_map_alone(
    tmp_path: Path, config: Config, one_channel: OneChannel, name: str, kind: str
) -> None:
    checkpoint = one_channel(config)
    wanted = rf'has one channel, and the deploy config asks for {kind}; .* out_channels=2, or take'
    with pytest.raises(ValueError, match=wanted):
        export_onnx(DEPLOY / name, config, checkpoint, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_windows_have_to_be_square(config: Config) -> None:
    deploy = Config.fromfile(DEPLOY / 'onnxruntime_static.py')
    deploy.onnx_config.input_shape = (512, 256)
    with pytest.raises(ValueError, match=r'input_shape is \(512, 256\); needed is a square'):
        window_px(deploy, config)
