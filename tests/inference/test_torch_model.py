import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.models import BaseSegmentor
from mmseg.structures import SegDataSample

from lanedet_mm.inference.sliding_window import SlidingWindow
from lanedet_mm.inference.torch_model import TorchModel
from lanedet_mm.registry import MODELS

CONFIG = """
default_scope = 'lanedet_mm'
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor', mean=[10.0, 20.0, 30.0], std=[1.0, 2.0, 4.0],
        bgr_to_rgb=True, pad_val=0, seg_pad_val=255, test_cfg=dict(size_divisor=16)),
    backbone=dict(type='mmseg.UNet', base_channels=4, num_stages=2, strides=(1, 1),
                  enc_num_convs=(1, 1), dec_num_convs=(1,), downsamples=(True,),
                  enc_dilations=(1, 1), dec_dilations=(1,)),
    decode_head=dict(type='FCNHead', in_channels=4, in_index=1, channels=4, num_convs=0,
                     concat_input=False, num_classes=3, dropout_ratio=0,
                     loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True)),
    train_cfg=dict(), test_cfg=dict(mode='whole'))
"""
META = {
    'classes': ('background', 'solid', 'dashed'),
    'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / 'tiny.py'
    path.write_text(CONFIG)
    return path


def build(config: Path) -> BaseSegmentor:
    settings = Config.fromfile(config)
    init_default_scope('lanedet_mm')
    torch.manual_seed(0)
    model = MODELS.build(settings.model)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    return model.eval()


def save(path: Path, **state: object) -> Path:
    torch.save(state, path)
    return path


def tiles(count: int, size: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (size, size, 3)).astype(np.uint8) for _ in range(count)]


@pytest.mark.parametrize('size', [32, 41])  # 41 is padded to 48 and cropped back
def test_probabilities_are_those_of_the_network_on_normalized_rgb(
    config: Path, tmp_path: Path, size: int
) -> None:
    network = build(config)
    checkpoint = save(
        tmp_path / 'a.pth', state_dict=network.state_dict(), meta={'dataset_meta': META}
    )
    model = TorchModel(config, checkpoint)
    images = tiles(2, size)
    got = model(images)

    rgb = np.stack(images)[..., ::-1].astype(np.float32)
    normal = (rgb - [10, 20, 30]) / [1, 2, 4]
    padded = np.zeros((2, 48 if size == 41 else size, 48 if size == 41 else size, 3))
    padded[:, :size, :size] = normal
    with torch.no_grad():
        logits = network(torch.from_numpy(padded).float().permute(0, 3, 1, 2), mode='tensor')
    expected = logits.softmax(1)[:, :, :size, :size].numpy()
    assert got.shape == (2, 3, size, size)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert got.std() > 0.01  # not a constant


def test_classes_and_palette_are_the_checkpoints(config: Path, tmp_path: Path) -> None:
    state = build(config).state_dict()
    model = TorchModel(
        config, save(tmp_path / 'a.pth', state_dict=state, meta={'dataset_meta': META})
    )
    assert model.classes == ('background', 'solid', 'dashed')
    assert model.palette == ((0, 0, 0), (255, 0, 0), (0, 0, 255))


def test_missing_files_are_named(config: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no checkpoint .*none\.pth'):
        TorchModel(config, tmp_path / 'none.pth')
    with pytest.raises(FileNotFoundError, match=r'no config .*none\.py'):
        TorchModel(tmp_path / 'none.py', tmp_path / 'none.pth')
    (tmp_path / 'data.py').write_text('data = 1')
    with pytest.raises(ValueError, match=r'data\.py: has no `model`'):
        TorchModel(tmp_path / 'data.py', save(tmp_path / 'a.pth', state_dict={}))


def test_bare_weights_name_no_classes(config: Path, tmp_path: Path) -> None:
    checkpoint = save(tmp_path / 'bare.pth', state_dict=build(config).state_dict())
    with pytest.raises(ValueError, match=r'bare\.pth: names no classes'):
        TorchModel(config, checkpoint)
    with pytest.raises(ValueError, match='holds no `state_dict`'):
        TorchModel(config, save(tmp_path / 'other.pth', weights={}))


def test_weights_of_another_network_do_not_fit(config: Path, tmp_path: Path) -> None:
    state = dict(build(config).state_dict())
    name = 'decode_head.conv_seg.weight'
    meta = {'dataset_meta': META}
    wrong_size = {**state, name: torch.zeros(7, 4, 1, 1)}
    with pytest.raises(ValueError, match='does not fit the config'):
        TorchModel(config, save(tmp_path / 'size.pth', state_dict=wrong_size, meta=meta))
    del state[name]
    with pytest.raises(ValueError, match=f'1 weights are missing, such as {name}'):
        TorchModel(config, save(tmp_path / 'missing.pth', state_dict=state, meta=meta))


def test_weights_left_over_are_said(config: Path, tmp_path: Path) -> None:
    state = {**build(config).state_dict(), 'teacher.weight': torch.zeros(1)}
    checkpoint = save(tmp_path / 'a.pth', state_dict=state, meta={'dataset_meta': META})
    with pytest.warns(UserWarning, match='1 weights are not used, such as teacher.weight'):
        TorchModel(config, checkpoint)


class RunsCode:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path('hostile_checkpoint_ran'),)


def test_a_checkpoint_that_would_run_code_is_refused(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    checkpoint = save(tmp_path / 'hostile.pth', state_dict={}, meta=RunsCode())
    with pytest.raises(ValueError, match=r'hostile\.pth: no checkpoint that is safe to read'):
        TorchModel(config, checkpoint)
    assert not (tmp_path / 'hostile_checkpoint_ran').exists()


def test_a_file_that_is_no_checkpoint_is_an_error(config: Path, tmp_path: Path) -> None:
    broken = tmp_path / 'broken.pth'
    for content in (b'', b'not a checkpoint', b'PK\x03\x04 cut'):
        broken.write_bytes(content)
        with pytest.raises(ValueError, match=r'broken\.pth: no checkpoint'):
            TorchModel(config, broken)


def test_unknown_device(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no device 'gpu'"):
        TorchModel(config, tmp_path / 'a.pth', device='gpu')


def test_no_warning_on_a_checkpoint_that_fits(config: Path, tmp_path: Path) -> None:
    state = build(config).state_dict()
    checkpoint = save(tmp_path / 'a.pth', state_dict=state, meta={'dataset_meta': META})
    with warnings.catch_warnings():
        warnings.filterwarnings('error', message='.*weights are not used')
        TorchModel(config, checkpoint)


def test_of_a_distiller_the_student_predicts(config: Path, tmp_path: Path) -> None:
    """Also where the config has been read already; its teacher is not looked for."""
    network = build(config)
    meta = {'dataset_meta': META}
    checkpoint = save(tmp_path / 'a.pth', state_dict=network.state_dict(), meta=meta)
    settings = Config.fromfile(config)
    settings.model = {
        'type': 'SegmentorDistiller',
        'student': settings.model,
        'teacher': 'none.py',
        'teacher_checkpoint': 'none.pth',
    }
    images = tiles(1, 32)
    found = TorchModel(settings, checkpoint)(images)
    assert np.array_equal(found, TorchModel(config, checkpoint)(images))
    assert settings.model.type == 'SegmentorDistiller'


@pytest.mark.parametrize('threshold', [None, 0.3, 0.5, 0.62])  # None is mmseg's 0.3
def test_one_channel_is_decided_where_mmseg_decides(
    config: Path, tmp_path: Path, threshold: float | None
) -> None:
    head = f'num_classes=2, out_channels=1, threshold={threshold}'
    config.write_text(
        CONFIG.replace('num_classes=3', head).replace(
            'avg_non_ignore=True', 'avg_non_ignore=True, use_sigmoid=True'
        )
    )
    network = build(config)
    meta = {'classes': META['classes'][:2], 'palette': META['palette'][:2]}
    checkpoint = save(
        tmp_path / 'a.pth', state_dict=network.state_dict(), meta={'dataset_meta': meta}
    )
    images = tiles(2, 32)
    sample = SegDataSample(metainfo={'ori_shape': (32, 32), 'img_shape': (32, 32)})
    data = {
        'inputs': [torch.from_numpy(image).permute(2, 0, 1) for image in images],
        'data_samples': [sample, sample.clone()],
    }
    with torch.no_grad():
        found = network.test_step(data)
    expected = np.concatenate([one.pred_sem_seg.data.numpy() for one in found])
    got = TorchModel(config, checkpoint)(images)
    np.testing.assert_allclose(got.sum(axis=1), 1, atol=1e-6)
    assert np.array_equal(got.argmax(axis=1), expected)
    logits = np.concatenate([one.seg_logits.data.numpy() for one in found])  # after the sigmoid
    assert ((logits > 0.5) != expected).any() == (threshold != 0.5)  # it matters here


@pytest.mark.parametrize(
    ('test_cfg', 'windows'),
    [
        ("mode='slide', crop_size=(192, 192), stride=(160, 160)", (192, 32, True)),
        ("mode='slide', crop_size=(192, 192), stride=(192, 192)", (192, 0, True)),
        ("mode='slide', crop_size=(96, 192), stride=(64, 64)", (None, None, False)),
        ("mode='whole'", (None, None, False)),
    ],
)
def test_windows_are_those_that_the_config_slides(
    config: Path, tmp_path: Path, test_cfg: str, windows: tuple[int | None, int | None, bool]
) -> None:
    config.write_text(CONFIG.replace("mode='whole'", test_cfg))
    state = build(config).state_dict()
    checkpoint = save(tmp_path / 'a.pth', state_dict=state, meta={'dataset_meta': META})
    model = TorchModel(config, checkpoint)
    assert (model.tile_px, model.overlap_px, model.fixed_size) == windows
    if model.fixed_size:
        with pytest.raises(ValueError, match='takes windows of 192 px and no others, got 512 px'):
            SlidingWindow(model, tile_px=512)
