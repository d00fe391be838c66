import os
import pickle
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from lanedet_mm.engine.launch import fit_precision, load_config, use_amp

CONFIG = Path(__file__).parents[2] / 'configs/demo/premium_baseline.py'


def test_command_line_reaches_every_side(tmp_path: Path) -> None:
    (tmp_path / 'val_data.json').touch()
    root = str(tmp_path)
    config = load_config(
        CONFIG, data_root=root, split='.', seed=7, options={'train_cfg.max_iters': 3}
    )
    for side in ('train', 'val', 'test'):
        dataset = config[f'{side}_dataloader'].dataset
        assert (dataset.data_root, dataset.manifest) == (root, f'./{side}_data.json')
    assert config.randomness.seed == 7
    assert config.train_cfg.max_iters == 3


def test_a_config_and_its_demo_train_in_folders_of_their_own(tmp_path: Path) -> None:
    assert load_config(CONFIG).work_dir == 'work_dirs/demo/premium_baseline'
    full = CONFIG.parents[1] / CONFIG.name
    assert load_config(full).work_dir == 'work_dirs/premium_baseline'
    assert load_config(os.path.relpath(CONFIG)).work_dir == 'work_dirs/demo/premium_baseline'
    elsewhere = tmp_path / 'configs.py'
    elsewhere.write_text(f"_base_ = '{CONFIG}'\n")
    assert load_config(elsewhere).work_dir == 'work_dirs/configs'
    assert load_config(elsewhere, work_dir='here').work_dir == 'here'


def test_split_without_a_val_side_trains_without_validation(tmp_path: Path) -> None:
    config = load_config(CONFIG, data_root=str(tmp_path), split='loco_x_final')
    assert config.val_dataloader is config.val_cfg is config.val_evaluator is None
    assert config.default_hooks.checkpoint.save_best is None


def test_wrapped_data_sets_are_reached_too() -> None:
    config = load_config(CONFIG)
    inner = config.train_dataloader.dataset
    options = {'train_dataloader.dataset': {'type': 'ConcatDataset', 'datasets': [inner, inner]}}
    config.merge_from_dict(options)
    config.train_dataloader.dataset = {
        '_delete_': True,
        'type': 'RepeatDataset',
        'times': 2,
        'dataset': {'type': 'ConcatDataset', 'datasets': [inner, inner]},
    }
    from lanedet_mm.engine.launch import _set_data

    _set_data(config, '/d', None)
    leaves = config.train_dataloader.dataset.dataset.datasets
    assert [leaf.data_root for leaf in leaves] == ['/d', '/d']


def test_missing_config_is_named() -> None:
    with pytest.raises(FileNotFoundError, match='no config nowhere'):
        load_config('nowhere.py')


def test_amp_is_bfloat16_where_there_is_no_gpu() -> None:
    config = load_config(CONFIG, options={'optim_wrapper.type': 'OptimWrapper'})
    use_amp(config)
    expected = 'Bfloat16OptimWrapper'
    if torch.cuda.is_available() and not torch.cuda.is_bf16_supported(including_emulation=False):
        expected = 'AmpOptimWrapper'
    assert config.optim_wrapper.type == expected


class Hostile:
    """A checkpoint that runs code when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return (Path.touch, (self.path,))


def test_hostile_checkpoint_runs_nothing(tmp_path: Path) -> None:
    from mmengine.runner.checkpoint import load_checkpoint

    torch.save({'state_dict': Hostile(tmp_path / 'ran')}, tmp_path / 'hostile.pth')
    with pytest.raises(pickle.UnpicklingError):
        load_checkpoint(torch.nn.Linear(1, 1), str(tmp_path / 'hostile.pth'))
    assert not (tmp_path / 'ran').exists()


MAE = CONFIG.parents[1] / 'mae_vit_aerial.py'


def test_the_data_root_reaches_what_the_hooks_look_at() -> None:
    config = load_config(MAE, data_root='/corpus')
    assert config.train_dataloader.dataset.data_root == '/corpus'
    looked_at = [hook.dataset.data_root for hook in config.custom_hooks if 'dataset' in hook]
    assert looked_at
    assert set(looked_at) == {'/corpus'}


@pytest.mark.parametrize(
    ('device', 'has_bfloat16', 'wanted'),
    [
        ('cpu', True, {'type': 'Bfloat16OptimWrapper'}),
        ('cpu', False, {'type': 'Bfloat16OptimWrapper'}),  # which then stays in float32
        ('cuda', True, {'type': 'AmpOptimWrapper', 'dtype': 'bfloat16', 'loss_scale': 'dynamic'}),
        ('cuda', False, {'type': 'AmpOptimWrapper', 'dtype': 'float16', 'loss_scale': 'dynamic'}),
    ],
)
def test_bfloat16_only_where_there_is_hardware_for_it(
    monkeypatch: pytest.MonkeyPatch, device: str, has_bfloat16: bool, wanted: dict[str, str]
) -> None:
    monkeypatch.setattr('lanedet_mm.engine.launch.get_device', lambda: device)
    monkeypatch.setattr('lanedet_mm.engine.launch.has_native_bfloat16', lambda: has_bfloat16)
    wrapper = load_config(MAE).optim_wrapper
    asked = {key: wrapper[key] for key in ('type', 'dtype', 'loss_scale') if key in wrapper}
    assert asked == wanted
    assert wrapper.optimizer.lr == 1.5e-4


@pytest.mark.parametrize('scale', [{}, {'loss_scale': 'dynamic'}])
def test_bfloat16_without_a_loss_scale_of_its_own_trains_on_a_cpu(
    monkeypatch: pytest.MonkeyPatch, scale: dict[str, str]
) -> None:
    monkeypatch.setattr('lanedet_mm.engine.launch.get_device', lambda: 'cpu')
    wrapper = {'type': 'AmpOptimWrapper', 'dtype': 'bfloat16', **scale}
    config = Config({'optim_wrapper': wrapper})
    fit_precision(config)
    assert config.optim_wrapper == {'type': 'Bfloat16OptimWrapper'}


def test_the_data_root_is_that_of_the_labelled_tiles_where_unlabeled_ones_join() -> None:
    path = CONFIG.parents[1] / 'distill_mobilenetv2_unlabeled.py'
    config = load_config(path, data_root='/labelled', split='of')
    labelled, unlabeled = config.train_dataloader.dataset.datasets
    assert (labelled.data_root, labelled.manifest) == ('/labelled', 'of/train_data.json')
    assert unlabeled.data_root == 'data/unlabeled'
    assert 'manifest' not in unlabeled
