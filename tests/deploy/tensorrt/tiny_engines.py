"""What the tests here make: models at a size for tests, and a CPU in place of a GPU."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope, init_default_scope

from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.registry import MODELS

ROOT = Path(__file__).parents[3]
WriteConv = Callable[..., Path]

# Each kind of model at a size for tests: base config and what is smaller.
TINY = {
    'unet': (
        'premium_baseline.py',
        'model = dict(backbone=dict(widths=(4, 6, 8), convs_per_stage=1),'
        ' decode_head=dict(in_channels=(4, 6, 8), channels=(4, 6)))',
    ),
    'student': (
        'student_mobilenetv2.py',
        'model = dict(backbone=dict(widen_factor=0.25),'
        ' decode_head=dict(in_channels=(8, 8, 24, 80), channels=(8, 8, 16, 16)))',
    ),
    'vit': (
        'pretrained_premium_lanenet.py',
        'arch = dict(_delete_=True, embed_dims=24, num_layers=2, num_heads=2,'
        ' feedforward_channels=48)\n'
        'model = dict(backbone=dict(vit=dict(arch=arch, img_size=32), stem_channels=(4, 6),'
        ' token_channels=(8, 8), pretrained=None), decode_head=dict(in_channels=(4, 6, 8, 8),'
        " channels=(4, 6, 8)), test_cfg=dict(_delete_=True, mode='whole'))",
    ),
}


class CpuGpu(Gpu):
    """A GPU by its papers, whose memory is the CPU's."""

    @property
    def device(self) -> torch.device:
        return torch.device('cpu')

    def active(self) -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext()


class StreamDouble:
    """PyTorch's stream, as far as it is used."""

    def __init__(self, handle: int) -> None:
        self.cuda_stream = handle
        self.waited: list[str] = []

    def wait_event(self, event: str) -> None:
        self.waited.append(event)

    def record_event(self) -> str:
        return f'end of work on {self.cuda_stream}'


def built(folder: Path) -> torch.nn.Module:
    """The model of a folder's config, with weights of chance."""
    with fresh_scope():
        init_default_scope('lanedet_mm')
        model: torch.nn.Module = MODELS.build(Config.fromfile(folder / 'config.py').model)
    return model.eval()


def build_tiny(folder: Path) -> torch.nn.Module:
    """A `tiny_model` in PyTorch."""
    model = built(folder)
    model.load_state_dict(torch.load(folder / 'model.pth', weights_only=True)['state_dict'])
    return model


@contextlib.contextmanager
def fresh_scope() -> Iterator[None]:
    """mmengine's default scope is what it was before."""
    before = dict(DefaultScope._instance_dict)
    DefaultScope._instance_dict.clear()
    try:
        yield
    finally:
        DefaultScope._instance_dict.clear()
        DefaultScope._instance_dict.update(before)
