from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from lanedet_mm.checkpoints.stored_training import StoredTraining, plain_config, read_config_text
from lanedet_mm.engine.launch import load_config

CONFIGS = Path(__file__).parents[2] / 'configs'


def with_lists(value: object) -> object:
    if isinstance(value, dict):
        return {key: with_lists(one) for key, one in value.items()}
    return [with_lists(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize('name', ['mae_vit_aerial.py', 'distill_mobilenetv2_unlabeled.py'])
def test_what_is_read_is_the_config(name: str) -> None:
    config = load_config(CONFIGS / name)
    assert plain_config(config) == with_lists(config.to_dict())


def test_a_config_that_would_run_code_is_read_as_text(tmp_path: Path) -> None:
    text = f"import os\na = dict(b=open('{tmp_path}/ran', 'w'), c=-1.5, **{{'d.0': (1, None)}})\n"
    read = read_config_text(text)
    assert read['a']['c'] == -1.5
    assert read['a']['b'].startswith('open(')
    assert not (tmp_path / 'ran').exists()


def test_a_checkpoint_says_what_it_was_trained_by_and_what_was_best(tmp_path: Path) -> None:
    path = tmp_path / 'iter_2.pth'
    hub = {'runtime_info': {'best_score': 0.5, 'best_ckpt': '/there/best_lane_iou_iter_1.pth'}}
    cfg = Config({'train_cfg': {'max_iters': 2}}).pretty_text
    torch.save({'state_dict': {}, 'meta': {'cfg': cfg}, 'message_hub': hub}, path)
    stored = StoredTraining.read(path)
    assert stored.config == {'train_cfg': {'max_iters': 2}}
    assert stored.best == ('best_lane_iou_iter_1.pth',)


def test_bare_weights_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / 'weights.pth'
    torch.save({'weight': torch.ones(1)}, path, _use_new_zipfile_serialization=False)
    assert StoredTraining.read(path) == StoredTraining({}, None)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / 'cut_off.pth'
    with pytest.raises(FileNotFoundError, match=r'no checkpoint .*cut_off\.pth'):
        StoredTraining.read(path)
    path.write_bytes(b'PK')
    with pytest.raises(ValueError, match=r'cut_off\.pth: no checkpoint that is safe to read'):
        StoredTraining.read(path)
