import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

RunTool = Callable[..., str]
ReadCheckpoint = Callable[[Path], dict[str, Any]]

KEEP_RANK_WEIGHTS = """
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class KeepRankWeights(Hook):
    def after_train(self, runner):
        torch.save(runner.model.module.state_dict(), f'{runner.work_dir}/rank{get_rank()}.pth')
"""


def free_port() -> str:
    with socket.socket() as opened:
        opened.bind(('127.0.0.1', 0))
        return str(opened.getsockname()[1])


def test_two_cpu_processes_train_to_the_same_weights(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, run_tool: RunTool
) -> None:
    (tmp_path / 'keep_rank_weights.py').write_text(KEEP_RANK_WEIGHTS)
    config = tmp_path / 'config.py'
    config.write_text(
        f"_base_ = '{tiny_config}'\n"
        "custom_imports = dict(imports='keep_rank_weights')\n"
        "custom_hooks = [dict(type='KeepRankWeights'), dict(type='ChannelsLastHook'), "
        "dict(type='FreezeBackboneHook', iters=1, module='backbone')]\n"
        'find_unused_parameters = True\n'
    )
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    printed = run_tool(
        'dist_train.sh', config, 2, *data, '--amp',
        PORT=free_port(), PYTHONPATH=str(tmp_path), CUDA_VISIBLE_DEVICES='',
    )  # fmt: skip
    assert 'do not match bucket view' not in printed  # of gradients, which are then copied
    one, other = (torch.load(tmp_path / f'rank{rank}.pth', weights_only=True) for rank in (0, 1))
    trained = [name for name in one if 'running' not in name and 'num_batches' not in name]
    assert all(torch.equal(one[name], other[name]) for name in trained)


def test_resume_goes_on_after_the_last_step(
    tmp_path: Path,
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    call_tool: RunTool,
    read_checkpoint: ReadCheckpoint,
) -> None:
    shutil.copy(trained / 'iter_2.pth', tmp_path)
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'iter_2.pth'))
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    printed = call_tool(
        'train.py', tiny_config, *data, '--resume', '--cfg-options', 'train_cfg.max_iters=4'
    )
    assert 'Iter(train) [3/4]' in printed
    assert 'Iter(train) [1/4]' not in printed
    assert read_checkpoint(tmp_path / 'iter_4.pth')['meta']['iter'] == 4


def test_another_split_does_not_go_on_where_one_ended(
    trained: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    root = ('--data-root', tiny_data, '--work-dir', trained, '--resume')
    printed = call_tool('train.py', tiny_config, *root, '--split', 'other', status=1)
    assert "the list of its training tiles was ['train_data.json'], the config says" in printed
    assert 'Take another --work-dir' in printed


def test_a_training_starts_from_no_other_models_weights(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    wider = tmp_path / 'wider.py'
    wider.write_text(
        f"_base_ = '{tiny_config}'\n"
        'model = dict(backbone=dict(widths=(5, 7, 9)), decode_head=dict(in_channels=(5, 7, 9)))\n'
    )
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path / 'work')
    start = ('--cfg-options', f'load_from={trained / "iter_2.pth"}')
    printed = call_tool('train.py', wider, *data, *start, status=1)
    assert re.search(r"have 0 of the \d+ weights of the model's backbone", printed)
    assert 'Iter(train)' not in printed


def test_the_same_seed_gives_the_same_weights_in_another_process(
    tmp_path: Path,
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    run_tool: RunTool,
    read_checkpoint: ReadCheckpoint,
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    run_tool('train.py', tiny_config, *data, '--seed', 1)
    one, other = (
        read_checkpoint(folder / 'iter_2.pth')['state_dict'] for folder in (trained, tmp_path)
    )
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_training_on_test_ground_is_refused(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    leak = ('--cfg-options', 'test_dataloader.dataset.manifest=train_data.json')
    printed = call_tool('train.py', tiny_config, *data, *leak, status=1)
    assert 'allow_leakage = True' in printed
    assert not list(tmp_path.glob('*.pth'))


def test_missing_config_is_one_clear_line(call_tool: RunTool) -> None:
    assert 'no config nowhere.py; see `ls configs`' in call_tool('train.py', 'nowhere.py', status=1)


@pytest.mark.parametrize('script', ['dist_train.sh', 'dist_test.sh', 'slurm_train.sh'])
def test_script_without_arguments_stops(script: str, run_tool: RunTool) -> None:
    assert 'unbound variable' in run_tool(script, status=1)
