"""Two processes that learn from their halves of a batch are one that learns from the whole."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from torch import Tensor, distributed

import lanedet_mm
from lanedet_mm.registry import MODELS

STEPS = 3


def train(folder: Path, ranks: int, rank: int) -> dict[str, Tensor]:
    """A few steps of the config in a folder, each on this rank's part of the same batch."""
    init_default_scope('lanedet_mm')
    model = MODELS.build(Config.fromfile(folder / 'config.py').model)
    model.init_weights()
    model.load_state_dict(torch.load(folder / 'start.pth', weights_only=True))
    data = pickle.loads((folder / 'batch.pkl').read_bytes())
    part = {key: value[rank::ranks] for key, value in data.items()}
    if ranks > 1:
        model = MMDistributedDataParallel(model)
    wrapper = build_optim_wrapper(model, {'optimizer': {'type': 'SGD', 'lr': 0.1}})
    model.train()
    for _ in range(STEPS):
        model.train_step(part, wrapper)
    inner = model.module if ranks > 1 else model
    return {name: weight.clone() for name, weight in inner.state_dict().items()}


def one_of_two_ranks(folder: Path, rank: int) -> dict[str, Tensor]:
    store = distributed.FileStore(str(folder / 'store'), 2)
    distributed.init_process_group(
        'gloo', store=store, rank=rank, world_size=2, timeout=timedelta(seconds=60)
    )
    try:
        return train(folder, 2, rank)
    finally:
        distributed.destroy_process_group()


@pytest.fixture
def folder(
    tmp_path: Path,
    student: dict[str, Any],
    teacher: dict[str, Any],
    checkpoint: Path,
    draw: Callable[..., Any],
    batch: Callable[..., dict[str, list[Any]]],
) -> Path:
    """Config, weights and a batch of four, two of which are unlabeled."""
    model = {
        'type': 'SegmentorDistiller', 'student': student, 'teacher': teacher,
        'teacher_checkpoint': str(checkpoint),
        'logit_losses': [{'type': 'ChannelWiseDistillationLoss'}],
    }  # fmt: skip
    Config({'model': model}).dump(tmp_path / 'config.py')
    torch.save(draw(student, 0).state_dict(), tmp_path / 'start.pth')
    (tmp_path / 'batch.pkl').write_bytes(pickle.dumps(batch(4, unlabeled=(2, 3))))
    return tmp_path


def test_two_processes_learn_what_one_does(folder: Path) -> None:
    environment = {**os.environ, 'PYTHONPATH': str(Path(lanedet_mm.__file__).parents[1])}
    command = [sys.executable, __file__, str(folder)]
    other = subprocess.Popen(command, env=environment)
    try:
        mine = one_of_two_ranks(folder, 0)
        assert other.wait(timeout=60) == 0
    finally:
        other.kill()
    its = torch.load(folder / 'rank1.pth', weights_only=True)
    start = torch.load(folder / 'start.pth', weights_only=True)
    alone = train(folder, 1, 0)
    assert list(mine) == list(alone) == list(start)
    for name, weight in alone.items():
        assert torch.equal(mine[name], its[name])
        torch.testing.assert_close(mine[name], weight, rtol=1e-5, atol=1e-5)
        assert (weight - start[name]).abs().max() > 1e-3


if __name__ == '__main__':
    torch.save(one_of_two_ranks(Path(sys.argv[1]), 1), Path(sys.argv[1], 'rank1.pth'))
