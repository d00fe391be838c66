"""A training at a size for tests: tiles, config and weights of chance."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope, init_default_scope
from onnx import TensorProto, helper

from lanedet_mm.lanes import TAXONOMIES, Lane, TileAnnotation
from lanedet_mm.registry import MODELS

ROOT = Path(__file__).parents[2]
SmallDeploy = Callable[..., Path]
OneChannel = Callable[[Config], Path]
SaveIdentity = Callable[..., Path]
WriteConv = Callable[..., Path]

NETWORK = """
small = dict(backbone=dict(widths=(4, 6, 8), convs_per_stage=1),
             decode_head=dict(in_channels=(4, 6, 8), channels=(4, 6)))
"""
VIT = """
arch = dict(_delete_=True, embed_dims=24, num_layers=2, num_heads=2, feedforward_channels=48)
small = dict(
    backbone=dict(vit=dict(arch=arch, img_size=32), stem_channels=(4, 6), token_channels=(8, 8),
                  pretrained=None),
    decode_head=dict(in_channels=(4, 6, 8, 8), channels=(4, 6, 8)),
    test_cfg=dict(_delete_=True, mode='whole'))
"""
TINY = """
_base_ = '{base}'
{network}
model = small
data_root = '{data}'
load, crop, draw, *rest = _base_.train_pipeline
side = dict(data_root=data_root)
train_dataloader = dict(dataset=dict(
    side, manifest='train_data.json',
    pipeline=[load, dict(crop, crop_px=32, ground_gsd_m=(0.1, 0.25)), draw, *rest]))
val_dataloader = dict(dataset=dict(side, manifest='val_data.json'))
test_dataloader = dict(dataset=dict(side, manifest='test_data.json'))
"""


@pytest.fixture(scope='session')
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four tiles of 64 px for each side, with a line each."""
    root = tmp_path_factory.mktemp('tiles')
    for folder in ('imgs', 'json'):
        (root / folder).mkdir()
    rng = np.random.default_rng(0)
    for city, side in enumerate(('train', 'val', 'test')):
        rows = []
        for index in range(4):
            tile_id, col = f'{city}{index:07d}', 10 + 12 * index
            lane = Lane(np.array([[col, 0.0], [col, 63.0]]), solid=index % 2 == 0)
            corner = 1000.0 * city + 100.0 * index
            region = (corner, 0.0, corner + 9.6, 9.6)
            TileAnnotation(region, (64, 64), 0.15, (lane,)).write(root / f'json/{tile_id}.json')
            image = rng.integers(60, 90, (64, 64, 3), np.uint8)
            image[:, col - 1 : col + 2] += np.uint8(120)
            cv2.imwrite(str(root / f'imgs/{tile_id}.png'), image)
            rows.append(f'["{tile_id}.png", "{tile_id}.json", ""]')
        (root / f'{side}_data.json').write_text('{"data": [' + ', '.join(rows) + ']}')
    return root


@pytest.fixture(scope='session')
def config_file(tmp_path_factory: pytest.TempPathFactory, tiles: Path) -> Path:
    """Config of the training."""
    path = tmp_path_factory.mktemp('config') / 'tiny.py'
    base = ROOT / 'configs/demo/premium_baseline.py'
    path.write_text(TINY.format(base=base, network=NETWORK, data=tiles))
    return path


@pytest.fixture
def config(config_file: Path) -> Config:
    return Config.fromfile(config_file)


@pytest.fixture
def vit_config(tmp_path: Path, tiles: Path) -> Config:
    """Config of a ViT's training, whose crops have the size of its position embedding."""
    path = tmp_path / 'vit.py'
    base = ROOT / 'configs/demo/pretrained_premium_lanenet.py'
    path.write_text(TINY.format(base=base, network=VIT, data=tiles))
    return Config.fromfile(path)


@pytest.fixture(scope='session')
def checkpoint(config_file: Path) -> Path:
    """Weights of chance that give each class some pixels, as training writes them."""
    return save_weights(Config.fromfile(config_file), config_file.with_name('best.pth'))


def save_weights(config: Config, path: Path) -> Path:
    """Write weights of chance for a config's model."""
    init_default_scope('lanedet_mm')
    torch.manual_seed(0)
    model = MODELS.build(config.model)
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.5)
    white = TAXONOMIES['white']
    meta = {'dataset_meta': {'classes': white.classes, 'palette': white.palette}}
    torch.save({'state_dict': model.state_dict(), 'meta': meta}, path)
    return path


@pytest.fixture
def vit_checkpoint(vit_config: Config, tmp_path: Path) -> Path:
    return save_weights(vit_config, tmp_path / 'vit.pth')


@pytest.fixture
def one_channel(tmp_path: Path) -> OneChannel:
    """Give a config a decode head of one channel for two classes, and its weights of chance."""

    def change(config: Config) -> Path:
        config.model.decode_head = {
            'type': 'FCNHead',
            **{'in_channels': 4, 'in_index': 0, 'channels': 4, 'num_convs': 1},
            **{'num_classes': 2, 'out_channels': 1, 'concat_input': False},
            'loss_decode': {'type': 'CrossEntropyLoss', 'use_sigmoid': True},
        }
        path = save_weights(config, tmp_path / 'one_channel.pth')
        state = torch.load(path, weights_only=True)
        state['meta']['dataset_meta'] = {
            'classes': ('background', 'lane'),
            'palette': [[0, 0, 0], [255, 255, 255]],
        }
        torch.save(state, path)
        return path

    return change


@pytest.fixture
def small_deploy(tmp_path: Path) -> SmallDeploy:
    """A deploy config of ours with windows of 32 px where it has windows of one size."""

    def write(name: str, changes: str = '') -> Path:
        base = ROOT / 'configs/deploy' / name
        static = Config.fromfile(base).onnx_config.input_shape is not None
        path = tmp_path / name
        size = 'onnx_config = dict(input_shape=(32, 32))\n' if static else ''
        path.write_text(f"_base_ = '{base}'\n{size}{changes}\n")
        return path

    return write


@pytest.fixture(autouse=True)
def _scope() -> Iterator[None]:
    """mmengine's default scope is what it was before."""
    before = dict(DefaultScope._instance_dict)
    yield
    DefaultScope._instance_dict.clear()
    DefaultScope._instance_dict.update(before)


@pytest.fixture
def save_identity(tmp_path: Path) -> SaveIdentity:
    """Write a graph that gives what it takes: `save_identity(shape=('n', 4, 'h', 'w'))`."""

    def save(
        *,
        shape: tuple[Any, ...] = ('n', 3, 'h', 'w'),
        kind: int = TensorProto.FLOAT,
        metadata: str | None = None,
    ) -> Path:
        ends = [helper.make_tensor_value_info(name, kind, shape) for name in ('input', 'output')]
        node = helper.make_node('Identity', ['input'], ['output'])
        graph = helper.make_graph([node], 'identity', ends[:1], ends[1:])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
        if metadata is not None:
            helper.set_model_props(model, {'lanedet_mm': metadata})
        onnx.save(model, tmp_path / 'model.onnx')
        return tmp_path / 'model.onnx'

    return save


@pytest.fixture
def write_conv(tmp_path: Path) -> WriteConv:
    """A graph of one convolution 1 x 1 that doubles the image: `write_conv(height='height')`."""

    def write(
        batch: str | int = 'batch',
        channels: int = 3,
        height: str | int = 'height',
        width: str | int = 'width',
        *,
        metadata: str | None = None,
    ) -> Path:
        weight = 2 * np.eye(channels, dtype=np.float32)[:, :, None, None]
        sides = (batch, channels, height, width)
        graph = helper.make_graph(
            [helper.make_node('Conv', ['input', 'weight'], ['output'], name='conv')],
            'double',
            [helper.make_tensor_value_info('input', TensorProto.FLOAT, sides)],
            [helper.make_tensor_value_info('output', TensorProto.FLOAT, sides)],
            [onnx.numpy_helper.from_array(weight, 'weight')],
        )
        opset = [helper.make_opsetid('', 17)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=8)
        if metadata is not None:
            helper.set_model_props(model, {'lanedet_mm': metadata})
        onnx.save(model, tmp_path / 'conv.onnx')
        return tmp_path / 'conv.onnx'

    return write
