from collections.abc import Callable
from pathlib import Path

import pytest
from mmengine.config import Config

from lanedet_mm.deploy.check_model import check_model, compared_sizes

OneChannel = Callable[[Config], Path]
DEPLOY = Path(__file__).parents[2] / 'configs/deploy'
CONFIGS = sorted(path.name for path in DEPLOY.glob('*.py'))


def engine_config(low_px: int, high_px: int) -> Config:
    """The dynamic engine with another range of sizes."""
    deploy = Config.fromfile(DEPLOY / 'tensorrt_fp16_dynamic.py')
    low, high = (1, 3, low_px, low_px), (2, 3, high_px, high_px)
    shapes = {'min_shape': low, 'opt_shape': low, 'max_shape': high}
    deploy.backend_config.model_inputs[0].input_shapes = {'input': shapes}
    return deploy


def with_crops(config: Config, crop_px: int, *, divisor: int = 32) -> Config:
    """The config with other crops, and padding at test to multiples of something."""
    config.model.data_preprocessor.test_cfg = {'size_divisor': divisor}
    crop = next(
        step for step in config.train_dataloader.dataset.pipeline if step.type == 'RandomLaneCrop'
    )
    crop.crop_px = crop_px
    return config


@pytest.mark.parametrize('name', CONFIGS)
def test_a_vit_takes_a_static_config_and_is_told_of_it(vit_config: Config, name: str) -> None:
    deploy, vit_config = Config.fromfile(DEPLOY / name), with_crops(vit_config, 512)
    if 'static' in name:
        check_model(deploy, vit_config)
        return
    back_end = name.split('_')[0]
    wanted = rf'leaves height and width free; take configs/deploy/{back_end}\w*_static\.py'
    with pytest.raises(ValueError, match=wanted):
        check_model(deploy, vit_config)


def test_a_vit_is_found_wherever_it_stands(config: Config) -> None:
    deploy = Config.fromfile(DEPLOY / 'onnxruntime_dynamic.py')
    check_model(deploy, config)
    vit = {'type': 'mmpretrain.VisionTransformer', 'arch': 'b'}
    student = {**config.model, 'backbone': {'type': 'Other', 'parts': [vit]}}
    config.model = {'type': 'Distiller', 'student': student}
    with pytest.raises(ValueError, match='a ViT is exported for one size'):
        check_model(deploy, config)


def test_a_vit_that_only_teaches_is_none_of_the_students(config: Config) -> None:
    teacher = {'backbone': {'type': 'ViTPyramid'}}
    config.model = {'type': 'Distiller', 'student': config.model, 'teacher': teacher}
    check_model(Config.fromfile(DEPLOY / 'onnxruntime_dynamic.py'), config)


@pytest.mark.parametrize('name', ['onnxruntime_dynamic.py', 'tensorrt_fp16_static.py'])
def test_one_channel_has_no_probabilities(
    config: Config, one_channel: OneChannel, name: str
) -> None:
    one_channel(config)
    with pytest.raises(ValueError, match='one channel, and the deploy config asks for'):
        check_model(Config.fromfile(DEPLOY / name), config)
    check_model(Config.fromfile(DEPLOY / 'onnxruntime_static.py'), config)


@pytest.mark.parametrize('divisor', [1, 32])
@pytest.mark.parametrize('crop_px', [128, 192, 224, 256, 512, 1024])
def test_the_dynamic_engine_takes_the_crops_of_every_config(
    config: Config, crop_px: int, divisor: int
) -> None:
    """And windows that it sees in another size, of odd sides."""
    deploy = Config.fromfile(DEPLOY / 'tensorrt_fp16_dynamic.py')
    square, other = compared_sizes(deploy, with_crops(config, crop_px, divisor=divisor))
    assert square == (crop_px, crop_px)
    assert all(side % 2 == 1 for side in other)
    assert -(-other[0] // divisor) != -(-crop_px // divisor)


@pytest.mark.parametrize(
    ('divisor', 'crop_px', 'low_px', 'high_px', 'sizes'),
    [
        (1, 32, 27, 32, [(32, 32), (29, 27)]),
        (1, 32, 28, 37, [(32, 32), (35, 37)]),
        (1, 32, 28, 36, [(32, 32)]),
        (1, 32, 32, 32, [(32, 32)]),
        # (61, 59) is padded to 64, (29, 27) to 32, and (67, 69) to 96.
        (32, 64, 32, 64, [(64, 64), (29, 27)]),
        (32, 64, 33, 96, [(64, 64), (67, 69)]),
        (32, 64, 33, 95, [(64, 64)]),
        (32, 40, 32, 64, [(40, 40), (5, 3)]),
        (32, 32, 16, 64, [(32, 32), (35, 37)]),
    ],
)
def test_windows_are_compared_at_sizes_that_the_engine_takes(
    config: Config,
    divisor: int,
    crop_px: int,
    low_px: int,
    high_px: int,
    sizes: list[tuple[int, int]],
) -> None:
    config = with_crops(config, crop_px, divisor=divisor)
    assert compared_sizes(engine_config(low_px, high_px), config) == sizes


@pytest.mark.parametrize(('low_px', 'high_px'), [(65, 96), (16, 63)])
def test_an_engine_has_to_take_the_models_windows(
    config: Config, low_px: int, high_px: int
) -> None:
    """Those of 50 px are padded to 64."""
    wanted = (
        r'for windows of 50 x 50 px, padded to multiples of 32, and the engine is to take '
        rf'1\.\.2 x 3 x {low_px}\.\.{high_px} .*; change min_shape and max_shape in `input_shapes`'
    )
    with pytest.raises(ValueError, match=wanted):
        check_model(engine_config(low_px, high_px), with_crops(config, 50))


def test_a_fixed_size_is_compared_at_that_size(config: Config) -> None:
    for name in ('onnxruntime_static.py', 'tensorrt_int8_static.py'):
        assert compared_sizes(Config.fromfile(DEPLOY / name), config) == [(512, 512)]


def test_a_fixed_size_is_one_that_pytorch_does_not_pad(config: Config) -> None:
    deploy = Config.fromfile(DEPLOY / 'onnxruntime_static.py')
    deploy.onnx_config.input_shape = (500, 500)
    wanted = r'input_shape is \(500, 500\), and PyTorch pads .* multiples of 32 .*take \(512, 512\)'
    with pytest.raises(ValueError, match=wanted):
        check_model(deploy, with_crops(config, 32))
    assert compared_sizes(deploy, with_crops(config, 32, divisor=1)) == [(500, 500)]
