import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import nn

from lanedet_mm.registry import MODELS

# Normalization by groups: batch norm would know how a batch is split over processes.
NORM = {'type': 'GN', 'num_groups': 2}
PREPROCESSOR = {
    'type': 'SegDataPreProcessor', 'mean': [100.0] * 3, 'std': [50.0] * 3, 'bgr_to_rgb': True,
    'size_divisor': 1, 'seg_pad_val': 255,
}  # fmt: skip


def network(widths: tuple[int, ...]) -> dict[str, Any]:
    """A U-Net that gives logits of the image's size."""
    return {
        'type': 'EncoderDecoder',
        'data_preprocessor': PREPROCESSOR,
        'backbone': {
            'type': 'UNetEncoder', 'widths': widths, 'convs_per_stage': 1, 'norm_cfg': NORM,
            'dropout': 0,
        },
        'decode_head': {
            'type': 'PremiumUNetHead', 'in_channels': widths, 'channels': widths[:-1],
            'use_attention': False, 'num_classes': 3, 'convs_per_stage': 1, 'norm_cfg': NORM,
            'dropout': 0,
            'loss_decode': {'type': 'CrossEntropyLoss', 'avg_non_ignore': True},
        },
        'train_cfg': {},
        'test_cfg': {'mode': 'whole'},
    }  # fmt: skip


def coarse_network() -> dict[str, Any]:
    """One that gives logits at stride 2."""
    config = network((4, 8))
    config['decode_head'] = {
        'type': 'FCNHead', 'in_channels': 8, 'in_index': 1, 'channels': 4, 'num_convs': 1,
        'num_classes': 3, 'norm_cfg': NORM, 'dropout_ratio': 0,
        'loss_decode': {'type': 'CrossEntropyLoss', 'avg_non_ignore': True},
    }  # fmt: skip
    return config


STUDENT, TEACHER = network((4, 8)), network((6, 10))


def drawn(config: dict[str, Any], seed: int) -> nn.Module:
    """A network whose every weight is drawn."""
    init_default_scope('lanedet_mm')
    torch.manual_seed(seed)
    module = MODELS.build(ConfigDict(copy.deepcopy(config)))
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.5)
    return module


def batch_of(
    count: int, *, size: int = 16, unlabeled: tuple[int, ...] = (), seed: int = 0
) -> dict[str, list[Any]]:
    """Noise with two lines in each label, whose first row is ignored."""
    generator = torch.Generator().manual_seed(seed)
    batch: dict[str, list[Any]] = {'inputs': [], 'data_samples': []}
    for index in range(count):
        image = torch.randint(0, 256, (3, size, size), generator=generator).byte()
        label = torch.zeros(1, size, size, dtype=torch.long)
        label[..., 3 + index], label[..., 9], label[:, 0] = 1, 2, 255
        meta: dict[str, Any] = {'img_shape': (size, size), 'ori_shape': (size, size)}
        if index in unlabeled:
            label.fill_(255)
            meta['is_labelled'] = False
        sample = SegDataSample(gt_sem_seg=PixelData(data=label), metainfo=meta)
        batch['inputs'].append(image)
        batch['data_samples'].append(sample)
    return batch


@pytest.fixture
def student() -> dict[str, Any]:
    """Config of the student."""
    return copy.deepcopy(STUDENT)


@pytest.fixture
def coarse_student() -> dict[str, Any]:
    """Config of a student with logits at stride 2."""
    return coarse_network()


@pytest.fixture
def teacher() -> dict[str, Any]:
    """Config of the teacher, which has other widths."""
    return copy.deepcopy(TEACHER)


@pytest.fixture
def draw() -> Callable[[dict[str, Any], int], nn.Module]:
    """Build a config with drawn weights: `draw(config, seed)`."""
    return drawn


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Weights of the teacher."""
    path = tmp_path / 'best_teacher.pth'
    meta = {'dataset_meta': {'classes': ('background', 'solid', 'dashed')}}
    torch.save({'state_dict': drawn(TEACHER, 1).state_dict(), 'meta': meta}, path)
    return path


@pytest.fixture
def batch() -> Callable[..., dict[str, list[Any]]]:
    """Draw a batch as a loader gives it."""
    return batch_of


@pytest.fixture
def distiller(checkpoint: Path) -> Callable[..., nn.Module]:
    """Build a distiller whose student is drawn, with its teacher loaded."""

    def _build(*, load: bool = True, **options: Any) -> nn.Module:  # noqa: ANN401
        config = {
            'type': 'SegmentorDistiller',
            'student': STUDENT,
            'teacher': TEACHER,
            'teacher_checkpoint': str(checkpoint),
            **options,
        }
        module = drawn(config, 0)
        if load:
            module._load_teacher()
        return module

    return _build
