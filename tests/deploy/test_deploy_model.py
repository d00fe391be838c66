import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from lanedet_mm.deploy import deploy_model as module
from lanedet_mm.deploy.deploy_model import deploy_model
from lanedet_mm.deploy.export_onnx import export_onnx

SmallDeploy = Callable[..., Path]
OneChannel = Callable[[Config], Path]


@pytest.mark.parametrize(
    ('name', 'output', 'pixels'),
    [
        # Four windows of 32 px, and one that is padded to 64 px where any size is taken.
        ('onnxruntime_dynamic.py', 'probabilities', 4 * 32 * 32 + 35 * 37),
        ('onnxruntime_static.py', 'class_map', 4 * 32 * 32),
        ('onnxruntime_static_probabilities.py', 'probabilities', 4 * 32 * 32),
        ('openvino_dynamic.py', 'probabilities', 4 * 32 * 32 + 35 * 37),
        ('openvino_static.py', 'class_map', 4 * 32 * 32),
    ],
)
def test_the_file_says_what_pytorch_says(
    tmp_path: Path,
    config: Config,
    checkpoint: Path,
    small_deploy: SmallDeploy,
    name: str,
    output: str,
    pixels: int,
) -> None:
    out = tmp_path / 'out'
    deployed = deploy_model(small_deploy(name), config, checkpoint, out)
    assert deployed.refused is None
    kind = name.split('_')[0]
    files = {'onnxruntime': ['model.onnx'], 'openvino': ['model.bin', 'model.xml']}[kind]
    assert sorted(path.name for path in out.iterdir()) == files
    assert (deployed.output, deployed.precision) == (output, 'fp32')
    assert (deployed.parity.changed, deployed.parity.pixels) == (0, pixels)
    assert deployed.parity.lane_iou is not None
    assert deployed.parity.lane_iou[0] == deployed.parity.lane_iou[1] > 0
    if output == 'probabilities':
        assert deployed.parity.max_difference < 1e-4
    assert f'0.00000% of {pixels} pixels' in str(deployed)
    assert f'{kind}, fp32, {output}' in str(deployed)


def test_a_file_of_other_weights_is_set_aside(
    tmp_path: Path,
    config: Config,
    checkpoint: Path,
    small_deploy: SmallDeploy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The gate sees what an exporter that got it wrong would have written."""
    state = torch.load(checkpoint, weights_only=True)
    state['state_dict']['decode_head.conv_seg.weight'] *= -1
    other = tmp_path / 'other.pth'
    torch.save(state, other)
    monkeypatch.setattr(
        module, 'export_onnx', lambda *given: export_onnx(*given[:2], other, given[3])
    )
    out = tmp_path / 'out'
    out.mkdir()
    (out / 'model.onnx').write_text('the one before')
    deployed = deploy_model(small_deploy('onnxruntime_static.py'), config, checkpoint, out)
    assert sorted(path.name for path in out.iterdir()) == ['model.onnx', 'model.refused.onnx']
    assert (out / 'model.onnx').read_text() == 'the one before'
    said = str(deployed)
    assert 'of the classes differ; at most 0.1% may; the file is kept as' in said
    assert 'model.refused.onnx' in said
    tile, row, col = np.array(said.split('most in ')[1].split('\n')[0].split())[[0, 4, 6]]
    assert tile.startswith('1000000')  # of the validation side
    assert 0 <= int(row.strip(',')) < 64
    assert 0 <= int(col) < 64


@pytest.mark.parametrize('stop', [KeyboardInterrupt, MemoryError, RuntimeError])
@pytest.mark.parametrize(
    ('name', 'files'),
    [
        ('onnxruntime_static.py', ['model.onnx']),
        ('openvino_static.py', ['model.bin', 'model.xml']),
    ],
)
def test_a_file_that_was_not_compared_does_not_replace_one_that_was(
    tmp_path: Path,
    config: Config,
    checkpoint: Path,
    small_deploy: SmallDeploy,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    files: list[str],
    stop: type[BaseException],
) -> None:
    def fail(*_: object) -> None:
        raise stop

    out = tmp_path / 'out'
    out.mkdir()
    for file in files:
        (out / file).write_text('the one before')
    monkeypatch.setattr(module, 'compare_models', fail)
    with pytest.raises(stop):
        deploy_model(small_deploy(name), config, checkpoint, out)
    assert sorted(path.name for path in out.iterdir()) == files
    assert {path.read_text() for path in out.iterdir()} == {'the one before'}


@pytest.mark.parametrize(
    ('name', 'device', 'reason'),
    [
        ('onnxruntime_dynamic.py', 'cuda', 'this ONNX Runtime has no GPU; take --device cpu'),
        ('openvino_dynamic.py', 'gpu:7', "no device 'gpu:7'; OpenVINO has "),
    ],
)
def test_a_missing_device_is_said_before_the_export(
    tmp_path: Path,
    config: Config,
    small_deploy: SmallDeploy,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    device: str,
    reason: str,
) -> None:
    monkeypatch.setattr('onnxruntime.get_available_providers', lambda: ['CPUExecutionProvider'])
    none, out = tmp_path / 'none.pth', tmp_path / 'out'
    with pytest.raises(ValueError, match=reason):
        deploy_model(small_deploy(name), config, none, out, device=device)
    assert not out.exists()


def test_a_vit_has_one_size(
    tmp_path: Path, vit_config: Config, vit_checkpoint: Path, small_deploy: SmallDeploy
) -> None:
    """Traced at the size of its position embedding, it would take no other, and not say so."""
    out = tmp_path / 'out'
    dynamic = small_deploy('onnxruntime_dynamic.py')
    with pytest.raises(ValueError, match=r'a ViT is exported for one size.*onnxruntime_static\.py'):
        deploy_model(dynamic, vit_config, vit_checkpoint, out)
    assert not out.exists()
    static = small_deploy('onnxruntime_static_probabilities.py')
    deployed = deploy_model(static, vit_config, vit_checkpoint, out)
    assert (deployed.refused, deployed.parity.changed) == (None, 0)


def test_a_decode_head_of_one_channel_gives_a_class_map(
    tmp_path: Path, config: Config, small_deploy: SmallDeploy, one_channel: OneChannel
) -> None:
    """The way out that `check_channels` names is one."""
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    deployed = deploy_model(
        small_deploy('onnxruntime_static.py'),
        config,
        one_channel(config),
        tmp_path / 'out',
        images=[('a.png', image)],
    )
    assert (deployed.refused, deployed.output) == (None, 'class_map')
    assert deployed.parity.changed == 0


def test_images_without_labels(
    tmp_path: Path, config: Config, checkpoint: Path, small_deploy: SmallDeploy
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    deployed = deploy_model(
        small_deploy('onnxruntime_static.py'),
        config,
        checkpoint,
        tmp_path / 'out',
        images=[('a.png', image), ('b.png', image[:20])],
    )
    assert deployed.refused is None
    assert (deployed.parity.pixels, deployed.parity.lane_iou) == (2 * 32 * 32, None)
    assert 'lane IoU' not in str(deployed)
    int8 = small_deploy('onnxruntime_int8_static.py')
    with pytest.raises(ValueError, match='int8 is judged by lane IoU, and the images have no lab'):
        deploy_model(int8, config, checkpoint, tmp_path / 'int8', images=[('a.png', image)])
    assert not (tmp_path / 'int8').exists()


def test_a_missing_back_end_is_said_before_the_export(
    tmp_path: Path, config: Config, small_deploy: SmallDeploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', None)  # type: ignore[arg-type]
    deploy = small_deploy('tensorrt_fp16_static.py')
    with pytest.raises(ImportError, match='TensorRT is not installed: python -m pip install'):
        deploy_model(deploy, config, tmp_path / 'none.pth', tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize('name', ['onnxruntime_int8_static.py', 'openvino_int8_static.py'])
def test_int8_is_judged_by_lane_iou(
    tmp_path: Path, config: Config, checkpoint: Path, small_deploy: SmallDeploy, name: str
) -> None:
    """With weights of chance it may be refused, and then its name says so."""
    deployed = deploy_model(small_deploy(name), config, checkpoint, tmp_path / 'out')
    assert deployed.parity.lane_iou is not None
    drop = deployed.parity.lane_iou[0] - deployed.parity.lane_iou[1]
    assert (deployed.refused is not None) == ('.refused.' in deployed.file.name) == (drop > 0.01)
    assert 0 < deployed.parity.changed < 0.2


def test_int8_is_calibrated_on_the_training_side(
    tmp_path: Path,
    config: Config,
    checkpoint: Path,
    small_deploy: SmallDeploy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tiles reach the back end at the size of its windows; the gate is INT8's."""
    seen: list[tuple[int, ...]] = []

    def build(deploy: Config, source: Path, out: Path, **given: object) -> Path:
        tiles = given['calibration_tiles']
        assert isinstance(tiles, list)
        seen.extend(tile.shape for tile in tiles)
        return source.replace(out / 'model.onnx')

    monkeypatch.setattr(module, 'build_model', build)
    deploy = small_deploy('onnxruntime_static.py', "backend_config = dict(precision='int8')")
    deployed = deploy_model(deploy, config, checkpoint, tmp_path / 'out')
    assert seen == [(32, 32, 3)] * 4
    assert deployed.precision == 'int8'
    assert deployed.refused is None
