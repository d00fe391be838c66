import hashlib
import json
import re
from pathlib import Path

import onnx
import pytest
import torch
from mmengine.config import Config

import lanedet_mm
from lanedet_mm.deploy import model_metadata as module
from lanedet_mm.deploy.model_metadata import (
    current_commit,
    model_metadata,
    training_px,
    write_metadata,
)

CONFIGS = Path(__file__).parents[2] / 'configs'


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A checkpoint that names no classes."""
    torch.save({'state_dict': {}, 'meta': {}}, tmp_path / 'bare.pth')
    return tmp_path / 'bare.pth'


@pytest.mark.parametrize(
    'name', ['student_mobilenetv2.py', 'distill_mobilenetv2.py', 'distill_mobilenetv2_unlabeled.py']
)
def test_a_student_describes_itself_however_it_was_trained(
    name: str, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, under a distiller, and with its labelled tiles joined to unlabeled ones."""
    monkeypatch.setattr(module, 'current_commit', lambda: 'abc')
    config = Config.fromfile(CONFIGS / name)
    assert training_px(config) == 512
    assert model_metadata(config, weights, output='probabilities', tile_px=256) == {
        'classes': ['background', 'white_solid', 'white_dashed'],
        'palette': [[0, 0, 0], [230, 60, 50], [40, 150, 255]],
        'mean': [123.675, 116.28, 103.53],
        'std': [58.395, 57.12, 57.375],
        'to_rgb': True,
        'size_divisor': 32,
        'tile_px': 256,
        'overlap_px': 64,
        'ground_gsd_m': [0.1, 0.3],
        'output': 'probabilities',
        'version': lanedet_mm.__version__,
        'commit': 'abc',
        'checkpoint_sha256': hashlib.sha256(weights.read_bytes()).hexdigest(),
    }


def test_classes_are_those_that_training_wrote(tmp_path: Path, config: Config) -> None:
    known = {'classes': ('road', 'lane'), 'palette': [[0, 0, 0], [9, 8, 7]]}
    torch.save({'state_dict': {}, 'meta': {'dataset_meta': known}}, tmp_path / 'a.pth')
    found = model_metadata(config, tmp_path / 'a.pth', output='logits', tile_px=32)
    assert (found['classes'], found['palette']) == (['road', 'lane'], [[0, 0, 0], [9, 8, 7]])


def test_a_pipeline_that_crops_otherwise(config: Config, weights: Path) -> None:
    dataset = config.train_dataloader.dataset
    dataset.pipeline = [step for step in dataset.pipeline if step.type != 'RandomLaneCrop']
    assert training_px(config) == 512
    found = model_metadata(config, weights, output='logits', tile_px=512)
    assert found['ground_gsd_m'] is None


def test_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = current_commit()
    assert here is None or re.fullmatch(r'[0-9a-f]{40}(-dirty)?', here)
    monkeypatch.setattr(lanedet_mm, '__file__', str(tmp_path / 'lanedet_mm/__init__.py'))
    assert current_commit() is None


def test_it_is_written_beside_what_deepness_reads() -> None:
    model = onnx.ModelProto()
    metadata = {'output': 'logits', 'classes': ['a'], 'to_rgb': True}
    write_metadata(model, metadata)
    assert [entry.key for entry in model.metadata_props] == ['lanedet_mm']
    assert json.loads(model.metadata_props[0].value) == metadata
