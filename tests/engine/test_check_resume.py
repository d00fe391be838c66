import os
from pathlib import Path
from typing import Any

import pytest
import torch

from lanedet_mm.engine.check_resume import check_resume
from lanedet_mm.engine.launch import load_config

CONFIGS = Path(__file__).parents[2] / 'configs'
LABELLED = CONFIGS / 'demo/ohem_premium.py'
CORPUS = CONFIGS / 'demo/mae_vit_aerial.py'
JOINED = CONFIGS / 'distill_mobilenetv2_unlabeled.py'


def stored(folder: Path, config: Path, **arguments: object) -> str:
    """A checkpoint of a training by a config."""
    path = folder / 'last.pth'
    text = load_config(config, **arguments).pretty_text
    torch.save({'state_dict': {}, 'meta': {'cfg': text}}, path)
    return str(path)


@pytest.mark.parametrize('config', [LABELLED, CORPUS, JOINED])
def test_the_same_training_goes_on(tmp_path: Path, config: Path) -> None:
    last = stored(tmp_path, config, data_root='data/there', split='splits/one')
    harmless = {
        'train_dataloader.num_workers': 3,
        'default_hooks.logger.interval': 7,
        'custom_hooks.0.interval': 5,
    }
    now = load_config(
        config,
        data_root=str(Path('data/there').absolute()),
        split='./splits/one',
        work_dir='elsewhere',
        options=harmless,
    )
    check_resume(now, last)


@pytest.mark.parametrize(
    ('config', 'arguments', 'reason'),
    [
        (LABELLED, {'split': 'splits/two'}, 'list .* was .*splits/one/train.*says .*splits/two/'),
        (
            LABELLED,
            {'data_root': 'data/here'},
            'the folder .* was .*data/there, .*data/here',
        ),
        (CORPUS, {'data_root': 'data/here'}, 'the folder .* was .*data/there, .*data/here'),
        (
            CORPUS,
            {'options': {'train_dataloader.dataset.held_out_share': 0.5}},
            'held_out_share of its training tiles was 0.02, the config says 0.5',
        ),
        (JOINED, {'split': 'splits/two'}, 'list .* was .*splits/one/train.*says .*splits/two/'),
    ],
)
def test_other_tiles_are_refused(
    tmp_path: Path, config: Path, arguments: dict[str, Any], reason: str
) -> None:
    before = {'data_root': 'data/there', 'split': 'splits/one'}
    last = stored(tmp_path, config, **before)
    now = load_config(config, work_dir='work', **{**before, **arguments})
    with pytest.raises(ValueError, match=rf'{reason}.*\(or move work away\).*load_from={last}'):
        check_resume(now, last)


def test_more_data_sets_are_other_tiles(tmp_path: Path) -> None:
    last = stored(tmp_path, CONFIGS / 'distill_mobilenetv2.py')
    with pytest.raises(ValueError, match='trained on 1 data sets, the config has 2'):
        check_resume(load_config(JOINED), last)


@pytest.mark.parametrize(
    ('config', 'options', 'reason'),
    [
        (
            LABELLED,
            {'train_cfg.max_iters': 900, 'param_scheduler.1.end': 900},
            'param_scheduler.1.end was 600, the config says 900',
        ),
        (LABELLED, {'train_cfg.max_iters': 900}, 'after 600 steps and so does its schedule'),
        (CORPUS, {'param_scheduler.1.T_max': 94}, 'T_max was 54, the config says 94'),
        (CORPUS, {'train_cfg.max_epochs': 100}, 'after 60 steps and so does its schedule'),
        (LABELLED, {'param_scheduler': None}, 'has 2 schedulers, the config 0'),
    ],
)
def test_another_schedule_is_refused(
    tmp_path: Path, config: Path, options: dict[str, Any], reason: str
) -> None:
    last = stored(tmp_path, config)
    with pytest.raises(ValueError, match=reason):
        check_resume(load_config(config, options=options), last)


def test_a_schedule_that_fits_more_steps_goes_on(tmp_path: Path) -> None:
    warm_up = {'param_scheduler': [{'type': 'LinearLR', 'end': 50, 'by_epoch': False}]}
    last = stored(tmp_path, LABELLED, options=warm_up)
    check_resume(load_config(LABELLED, options={**warm_up, 'train_cfg.max_iters': 900}), last)


def test_a_checkpoint_that_says_nothing_is_not_compared(tmp_path: Path) -> None:
    torch.save({'state_dict': {}}, tmp_path / 'last.pth')
    check_resume(load_config(LABELLED), os.fspath(tmp_path / 'last.pth'))
