"""What the command-line tools share between a config file and a runner."""

import os
from pathlib import Path
from typing import Any

import torch.distributed
from mmengine.config import Config, ConfigDict
from mmengine.device import get_device
from mmengine.logging import print_log

from lanedet_mm.engine.native_bfloat16 import has_native_bfloat16

# mmengine loads a checkpoint that is not plain tensors as arbitrary pickles, which run code.
os.environ.setdefault('TORCH_FORCE_WEIGHTS_ONLY_LOAD', '1')

SIDES = ('train', 'val', 'test')


def load_config(
    path: Path | str,
    *,
    options: dict[str, Any] | None = None,
    work_dir: str | None = None,
    data_root: str | None = None,
    split: str | None = None,
    seed: int | None = None,
    launcher: str = 'none',
) -> Config:
    """Read a config and apply what the command line says.

    Args:
        path: Config file.
        options: Dotted keys to values, as `--cfg-options` gives them.
        work_dir: Where logs and checkpoints go; default `work_dirs/` and the config's path below
            `configs/`, or its name alone if it lies elsewhere.
        data_root: Folder of the data set, in place of the config's.
        split: Folder with `{train,val,test}_data.json`, relative to the data root.
        seed: Seed of weights, order and augmentation.
        launcher: `none`, `pytorch`, `slurm` or `mpi`.

    Returns:
        The config, ready for `Runner.from_cfg`.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'no config {path}; see `ls configs`')
    config = Config.fromfile(path)
    config.work_dir = work_dir or config.get('work_dir') or _default_work_dir(Path(path))
    config.launcher = launcher
    if seed is not None:
        config.randomness = {**config.get('randomness', {}), 'seed': seed}
    _set_data(config, data_root, split)
    if split is not None:
        _drop_missing_validation(config)
    if options:
        config.merge_from_dict(options)
    fit_precision(config)
    if launcher != 'none' and get_device() == 'cpu':
        _start_gloo(config)
    return config


def _default_work_dir(path: Path) -> str:
    """Where no other config trains: `configs/demo/X.py` has `work_dirs/demo/X`."""
    *folders, name = path.with_suffix('').parts
    depth = folders[::-1].index('configs') if 'configs' in folders else 0
    return '/'.join(('work_dirs', *folders[len(folders) - depth :], name))


def use_amp(config: Config) -> None:
    """Switch the optimizer wrapper to mixed precision: bfloat16 where there is hardware for it."""
    wrapper = config.optim_wrapper
    if wrapper.type != 'OptimWrapper':
        return
    if get_device() == 'cuda' and not has_native_bfloat16():
        wrapper.type, wrapper.loss_scale = 'AmpOptimWrapper', 'dynamic'
    else:
        wrapper.type = 'Bfloat16OptimWrapper'


def fit_precision(config: Config) -> None:
    """Keep bfloat16 where there is hardware for it; else float16 on a GPU.

    Only for an `AmpOptimWrapper` that asks for bfloat16, which mmengine refuses on a CPU: there
    `Bfloat16OptimWrapper` takes its place.
    """
    wrapper = config.get('optim_wrapper') or ConfigDict()
    if wrapper.get('type') != 'AmpOptimWrapper' or wrapper.get('dtype') != 'bfloat16':
        return
    if get_device() != 'cuda':
        wrapper.type = 'Bfloat16OptimWrapper'
        for key in ('dtype', 'loss_scale'):  # the second may be mmengine's default
            wrapper.pop(key, None)
    elif not has_native_bfloat16():
        wrapper.dtype = 'float16'


def innermost_datasets(config: ConfigDict) -> list[ConfigDict]:
    """The innermost data sets below a dataloader's, through ConcatDataset and its like."""
    if 'datasets' in config:
        return [leaf for inner in config.datasets for leaf in innermost_datasets(inner)]
    return innermost_datasets(config.dataset) if 'dataset' in config else [config]


def _set_data(config: Config, data_root: str | None, split: str | None) -> None:
    """Point every side to another folder, and those that have manifests to another split.

    Where a side joins data sets of several kinds, such as labelled and unlabeled tiles, the folder
    is that of the first kind.
    """
    for side in SIDES:
        loader = config.get(f'{side}_dataloader')
        datasets = innermost_datasets(loader.dataset) if loader else []
        for dataset in datasets:
            if dataset.type != datasets[0].type:
                continue
            if data_root is not None and 'data_root' in dataset:
                dataset.data_root = data_root
            if split is not None and 'manifest' in dataset:
                dataset.manifest = f'{split}/{side}_data.json'
    for hook in config.get('custom_hooks') or []:
        if data_root is not None and 'side' in hook.get('dataset', {}):  # an unlabeled corpus
            hook.dataset.data_root = data_root


def _drop_missing_validation(config: Config) -> None:
    """Train without validation on a split that has no such side, and keep the last weights."""
    dataset = (
        innermost_datasets(config.val_dataloader.dataset)[0]
        if config.get('val_dataloader')
        else None
    )
    if dataset is None or (Path(dataset.data_root) / dataset.get('manifest', '')).exists():
        return
    print_log(f'{dataset.manifest} is not there: training without validation', 'current')
    config.val_dataloader = config.val_cfg = config.val_evaluator = None
    config.default_hooks.checkpoint.save_best = None


def _start_gloo(config: Config) -> None:
    """Start the process group; mmengine's own start needs a GPU and skips when there is one."""
    rank = int(os.environ.get('RANK', os.environ.get('SLURM_PROCID', '0')))
    world = int(os.environ.get('WORLD_SIZE', os.environ.get('SLURM_NTASKS', '1')))
    torch.distributed.init_process_group('gloo', rank=rank, world_size=world)
    config.model_wrapper_cfg = {
        'type': 'MMDistributedDataParallel',
        'device_ids': None,
        'broadcast_buffers': False,
        'find_unused_parameters': config.get('find_unused_parameters', False),
    }
    config.sync_bn = None  # there is none for CPU tensors
