from pathlib import Path
from typing import Any

import mmpretrain
import onnxruntime
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.models.complexity import measure_complexity
from lanedet_mm.registry import MODELS

CONFIGS = Path(__file__).parents[2] / 'configs'
STUDENTS = [
    'student_mobilenetv2.py',
    'student_mobilenetv2_imagenet.py',
    'demo/student_mobilenetv2.py',
]
MEDIUM = 'medium_mobilenetv2.py'
# Parameters, and multiply-adds at 512 x 512 px.
EXPECTED = {
    'premium_baseline.py': (11.16e6, 69.5e9),
    'student_mobilenetv2.py': (1.983e6, 2.595e9),
    MEDIUM: (4.49e6, 5.12e9),
}
ZOO = Path(mmpretrain.__file__).parent / '.mim/configs'


def model_config(name: str) -> dict[str, Any]:
    config = Config.fromfile(CONFIGS / name)
    init_default_scope(config.default_scope)
    return config.model


def build(name: str) -> nn.Module:
    torch.manual_seed(0)
    return MODELS.build(model_config(name))


def on_meta(name: str) -> nn.Module:
    with torch.device('meta'):
        return build(name)


@pytest.mark.parametrize('name', STUDENTS)
def test_a_student_has_less_than_2_million_parameters(name: str) -> None:
    assert measure_complexity(on_meta(name), size_hw=(512, 512)).params < 2_000_000


@pytest.mark.parametrize('name', EXPECTED)
def test_sizes_are_those_that_are_written_down(name: str) -> None:
    counted = measure_complexity(on_meta(name), size_hw=(512, 512))
    assert (counted.params, counted.macs) == pytest.approx(EXPECTED[name], rel=2e-3)


@pytest.mark.parametrize('name', STUDENTS[:2])
def test_a_student_s_file_is_below_10_mb_and_says_the_same(name: str, tmp_path: Path) -> None:
    model, image = build(name).eval(), torch.randn(1, 3, 75, 97)
    path = tmp_path / 'student.onnx'
    torch.onnx.export(model, (image,), path, dynamo=False, opset_version=17)
    assert path.stat().st_size < 10_000_000
    assert list(tmp_path.iterdir()) == [path]  # no weights in a file beside it
    session = onnxruntime.InferenceSession(path)
    (logits,) = session.run(None, {session.get_inputs()[0].name: image.numpy()})
    expected = model(image).detach()
    assert expected.shape[2:] == (76, 100)  # whole features of stride 4
    torch.testing.assert_close(torch.from_numpy(logits), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize('name', [*STUDENTS, MEDIUM])
def test_the_encoder_is_mmseg_s_without_the_classifier_s_last_layer(name: str) -> None:
    model = on_meta(name)
    assert type(model.backbone).__module__ == 'mmseg.models.backbones.mobilenet_v2'
    names = [key for key, _ in model.backbone.named_children()]
    assert names == ['conv1', *(f'layer{index}' for index in range(1, 8))]
    # Decoder and encoder agree on every feature, and every feature is used.
    features = model.eval().backbone(torch.empty(1, 3, 64, 64, device='meta'))
    assert [one.shape[1] for one in features] == list(model.decode_head.in_channels)
    strides = [64 // one.shape[2] for one in features]
    assert strides == [2, 4, 8, 16, 32][-len(features) :]


@pytest.mark.parametrize('name', [*STUDENTS, MEDIUM])
def test_a_student_has_the_teacher_s_loss_and_preprocessing(name: str) -> None:
    own, teacher = model_config(name), model_config('ohem_premium_unet.py')
    assert own['decode_head']['loss_decode'] == teacher['decode_head']['loss_decode']
    assert own['data_preprocessor'] == teacher['data_preprocessor']


@pytest.fixture(scope='module')
def imagenet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, torch.Tensor]]:
    """A checkpoint as mmpretrain's classifier writes it, every number of it drawn."""
    init_default_scope('mmpretrain')
    classifier = mmpretrain.registry.MODELS.build(
        Config.fromfile(ZOO / '_base_/models/mobilenet_v2_1x.py').model
    )
    torch.manual_seed(1)
    weights = {
        key: torch.rand_like(value) if value.is_floating_point() else torch.tensor(7)
        for key, value in classifier.state_dict().items()
    }
    path = tmp_path_factory.mktemp('imagenet') / 'mobilenet_v2.pth'
    torch.save({'state_dict': weights, 'meta': {}}, path)
    return path, weights


def test_every_weight_of_the_encoder_comes_from_imagenet(
    imagenet: tuple[Path, dict[str, torch.Tensor]],
) -> None:
    path, weights = imagenet
    config = model_config('student_mobilenetv2_imagenet.py')
    config['backbone']['init_cfg']['checkpoint'] = str(path)
    model = MODELS.build(config)
    model.init_weights()
    loaded = model.backbone.state_dict()
    # A stem, a block of 2 and 16 blocks of 3 convolutions; batch norm adds 5 tensors to each.
    assert len(loaded) == (1 + 2 + 16 * 3) * 6
    different = [
        key for key, value in loaded.items() if not torch.equal(value, weights[f'backbone.{key}'])
    ]
    assert different == []
    left = {key for key in weights if key.removeprefix('backbone.') not in loaded}
    assert {'.'.join(key.split('.')[:2]) for key in left} == {'backbone.conv2', 'head.fc'}


def test_the_weights_are_those_of_mmpretrain_s_model_zoo() -> None:
    zoo = (ZOO / 'mobilenet_v2/metafile.yml').read_text()
    start = model_config('student_mobilenetv2_imagenet.py')['backbone']['init_cfg']
    assert f'Weights: {start["checkpoint"]}\n' in zoo
