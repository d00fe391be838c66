import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.lanes import Lane, TileAnnotation

ROOT = Path(__file__).parents[2]
LoadTool = Callable[[str], ModuleType]
StartTool = Callable[..., tuple[int, str]]
RunTool = Callable[..., str]

TINY = """
_base_ = '{base}'
model = dict(
    backbone=dict(widths=(4, 6, 8), convs_per_stage=1),
    decode_head=dict(in_channels=(4, 6, 8), channels=(4, 6)),
)
train_pipeline = [
    dict(type='LoadTile'),
    dict(type='RandomLaneCrop', crop_px=32, ground_gsd_m=(0.1, 0.25)),
    dict(type='DrawLaneMask'),
    dict(type='PackLaneInputs'),
]
train_dataloader = dict(
    batch_size=2, num_workers=0, persistent_workers=False, dataset=dict(pipeline=train_pipeline)
)
val_dataloader = dict(num_workers=0, persistent_workers=False)
test_dataloader = dict(num_workers=0)
param_scheduler = [dict(type='ConstantLR', factor=1.0, by_epoch=False)]
train_cfg = dict(max_iters=2, val_interval=2)
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(interval=2))
"""


@pytest.fixture(scope='session')
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four tiles each of three cities that share no ground, with a manifest a side."""
    root = tmp_path_factory.mktemp('data')
    for folder in ('imgs', 'json'):
        (root / folder).mkdir()
    rng = np.random.default_rng(0)
    for city, side in enumerate(('train', 'val', 'test')):
        rows = []
        for index in range(4):
            tile_id = f'{city}{index:07d}'
            corner = 10_000.0 * city + 100.0 * index
            region = (corner, 0.0, corner + 64 * 0.15, 64 * 0.15)
            col = float(rng.integers(10, 54))
            lane = Lane(np.array([[col, 0.0], [col, 63.0]]), solid=index % 2 == 0)
            TileAnnotation(region, (64, 64), 0.15, (lane,)).write(root / f'json/{tile_id}.json')
            image = rng.integers(60, 90, (64, 64, 3), np.uint8)
            image[:, int(col) - 1 : int(col) + 2] += 120
            cv2.imwrite(str(root / f'imgs/{tile_id}.png'), image)
            rows.append(f'["{tile_id}.png", "{tile_id}.json", ""]')
        (root / f'{side}_data.json').write_text('{"data": [' + ', '.join(rows) + ']}')
    return root


@pytest.fixture(scope='session')
def tiny_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's config at a size for tests."""
    path = tmp_path_factory.mktemp('configs') / 'tiny.py'
    path.write_text(TINY.format(base=ROOT / 'configs/demo/premium_baseline.py'))
    return path


@pytest.fixture(scope='session')
def run_tool() -> RunTool:
    """Run a tool as a user would and return what it prints; an exit status of its own fails."""

    def run(*arguments: object, status: int = 0, **environment: str) -> str:
        script = str(ROOT / 'tools' / str(arguments[0]))
        command = [script] if script.endswith('.sh') else [sys.executable, script]
        ended = subprocess.run(
            [*command, *map(str, arguments[1:])],
            cwd=ROOT,
            env={**os.environ, 'OMP_NUM_THREADS': '1', 'PYTHON': sys.executable, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert ended.returncode == status, ended.stdout[-3000:]
        return ended.stdout

    return run


@pytest.fixture(scope='session')
def load_tool() -> LoadTool:
    """A tool as a module: `load_tool('train.py').main([...])`."""

    def load(script: str) -> ModuleType:
        path = ROOT / 'tools' / script
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope='session')
def start_tool(load_tool: LoadTool) -> StartTool:
    """Run a tool in this process, which saves its imports; gives exit status and output."""

    def start(script: str, *arguments: object) -> tuple[int, str]:
        printed, status = io.StringIO(), 0
        with contextlib.chdir(ROOT), _fresh_runner_state(), contextlib.redirect_stdout(printed):
            try:
                load_tool(script).main([*map(str, arguments)])
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
                print(ended.code)
            except Exception:
                traceback.print_exc(file=sys.stdout)
                status = 1
        return status, printed.getvalue()

    return start


@contextlib.contextmanager
def _fresh_runner_state() -> Iterator[None]:
    """One thread, as `run_tool` has it, and none of mmengine's instances stays."""
    import torch
    from mmengine.logging import MessageHub, MMLogger
    from mmengine.registry import DefaultScope
    from mmseg.visualization import SegLocalVisualizer

    kinds = (MessageHub, MMLogger, DefaultScope, SegLocalVisualizer)
    instances = [kind._instance_dict for kind in kinds]
    before, threads = [dict(one) for one in instances], torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        for now, then in zip(instances, before, strict=True):
            now.clear()
            now.update(then)


@pytest.fixture(scope='session')
def call_tool(start_tool: StartTool) -> RunTool:
    """What `run_tool` does, in this process."""

    def call(*arguments: object, status: int = 0) -> str:
        ended, printed = start_tool(*arguments)
        assert ended == status, printed[-3000:]
        return printed

    return call


@pytest.fixture(scope='session')
def read_checkpoint() -> Callable[[Path], dict[str, Any]]:
    """What mmengine saved."""
    import torch
    from mmengine.runner.checkpoint import get_torch_safe_globals

    def read(path: Path) -> dict[str, Any]:
        with torch.serialization.safe_globals(get_torch_safe_globals()):
            state: dict[str, Any] = torch.load(path, weights_only=True)
        return state

    return read


@pytest.fixture(scope='session')
def trained(
    tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_config: Path, call_tool: RunTool
) -> Path:
    """Work dir of a training of two steps."""
    work_dir = tmp_path_factory.mktemp('trained')
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', work_dir)
    call_tool('train.py', tiny_config, *data, '--seed', 1)
    return work_dir
