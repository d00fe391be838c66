import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.models.utils import MultiheadAttention
from torch import Tensor, nn

from lanedet_mm.registry import MODELS

RunTool = Callable[..., str]

CONFIGS = Path(__file__).parents[2] / 'configs'
SIZE_HW = (96, 64)


def table(printed: str) -> dict[str, list[str]]:
    """Cells of each row by the config's name."""
    rows = [line.strip('| ').split(' | ') for line in printed.splitlines() if line[:2] == '| ']
    return {row[0]: row[1:] for row in rows[1:]}


def counted_by_hooks(path: Path) -> dict[str, Any]:
    """Parameters and multiply-adds of a model that really runs, layer by layer."""
    config = Config.fromfile(path)
    init_default_scope('lanedet_mm')
    model = MODELS.build(config.model).eval()
    counts = {'backbone': 0, 'decode_head': 0}

    def hook(part: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def add(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            if isinstance(layer, MultiheadAttention):
                _, tokens, width = inputs[0].shape
                counts[part] += 2 * tokens**2 * width
            else:
                # Each weight meets each place of the output, of the input where it is transposed.
                places = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
                channels = places.shape[-1 if isinstance(layer, nn.Linear) else 1]
                counts[part] += layer.weight.numel() * places.numel() // channels

        return add

    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, MultiheadAttention)
    for part in counts:
        for layer in getattr(model, part).modules():
            if isinstance(layer, kinds):
                layer.register_forward_hook(hook(part))
    with torch.no_grad():
        model(torch.zeros(1, 3, *SIZE_HW))
    params = [
        sum(math.prod(one.shape) for name, one in model.named_parameters() if part in name)
        for part in ('', 'backbone.', 'decode_head.')
    ]
    return {'params': params, 'macs': [sum(counts.values()), *counts.values()]}


def test_the_table_says_what_a_count_layer_by_layer_says(call_tool: RunTool) -> None:
    names = ('demo/premium_baseline', 'demo/pretrained_premium_lanenet')
    paths = [CONFIGS / f'{name}.py' for name in names]
    rows = table(call_tool('describe.py', *paths, '--size', *SIZE_HW))
    assert list(rows) == ['premium_baseline', *names]
    assert rows[names[0]][:2] == ['UNetEncoder', 'PremiumUNetHead']
    assert rows[names[1]][:2] == ['ViTPyramid', 'PremiumUNetHead']
    counts = {name: counted_by_hooks(CONFIGS / f'{name}.py') for name in rows}
    first = counts['premium_baseline']
    for name, count in counts.items():
        assert rows[name][2:] == [
            *(f'{one / 1e6:.3f}' for one in count['params']),
            *(f'{one / 1e9:.3f}' for one in count['macs']),
            f'{count["params"][0] / first["params"][0]:.3f}',
            f'{count["macs"][0] / first["macs"][0]:.3f}',
        ]


def test_the_baseline_stands_first_and_once(call_tool: RunTool) -> None:
    named = ('configs/demo/premium_baseline.py', 'configs/premium_baseline.py')
    printed = call_tool('describe.py', *named, '--size', 32, 32)
    assert list(table(printed)) == ['premium_baseline', 'demo/premium_baseline']
    assert table(printed)['premium_baseline'][-2:] == ['1.000', '1.000']
    assert sum(line.startswith('| premium_baseline ') for line in printed.splitlines()) == 1


def test_of_a_distiller_the_student_is_described(call_tool: RunTool) -> None:
    named = ('configs/distill_mobilenetv2.py', 'configs/student_mobilenetv2.py')
    rows = table(call_tool('describe.py', *named, '--size', 32, 32))
    assert rows['distill_mobilenetv2'] == rows['student_mobilenetv2']


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (('nowhere.py',), 'error: no config nowhere.py; see `ls configs`'),
        (('configs/mae_vit_aerial.py',), 'mae_vit_aerial.py: the model is MAE; needed is an'),
        (('configs/ablations/baseline.py',), 'baseline.py has no model; needed is the config'),
        (('configs/premium_baseline.py', '--size', 8, 8), 'does not take an image of 8 x 8 px'),
    ],
)
def test_what_cannot_be_described_is_one_clear_line(
    call_tool: RunTool, arguments: tuple[object, ...], said: str
) -> None:
    printed = call_tool('describe.py', *arguments, status=1)
    assert said in printed
    assert 'Traceback' not in printed
