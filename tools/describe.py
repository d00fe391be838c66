"""Parameters and multiply-adds of configs, beside the baseline's.

    python tools/describe.py CONFIG [CONFIG ...] [--size H W]

Prints a table in Markdown, a row a config, `configs/premium_baseline.py` always the first. Counted
is one image of that size, seen whole, in evaluation mode. No weights are read or computed, so that
a large model takes seconds and no memory.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mmengine.registry import init_default_scope

from lanedet_mm.engine.launch import load_config
from lanedet_mm.inference.torch_model import predicting_model
from lanedet_mm.models.complexity import Complexity, measure_complexity
from lanedet_mm.registry import MODELS

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
BASELINE = CONFIGS / 'premium_baseline.py'
COLUMNS = (
    'config',
    'encoder type',
    'head type',
    *('params (M)', 'of encoder', 'of head'),
    *('multiply-adds (G)', 'of encoder', 'of head'),
    *('params / first', 'multiply-adds / first'),
)


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', type=Path, nargs='+', metavar='CONFIG')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(512, 512), metavar=('H', 'W'), help='image in px'
    )
    args = parser.parse_args(argv)
    if min(args.size) < 1:
        parser.error(f'the size is {args.size[0]} x {args.size[1]} px; both have to be above 0')
    return args


def measure(path: Path, size_hw: tuple[int, int]) -> tuple[list[str], Complexity]:
    """What a config is called and built of, and how large that is."""
    config = load_config(path)
    if 'model' not in config:
        raise ValueError(f'{path} has no model; needed is the config of a segmentor')
    init_default_scope(config.default_scope)
    described = predicting_model(config)
    backbone = described.get('backbone', {})
    if 'pretrained' in backbone:
        backbone.pretrained = None
    model = MODELS.build(described)
    try:
        counted = measure_complexity(model, size_hw=size_hw)
    except (TypeError, ValueError) as error:
        raise ValueError(f'{path}: {error}') from None
    inside = path.resolve().is_relative_to(CONFIGS)
    name = path.resolve().relative_to(CONFIGS) if inside else path
    return [str(name.with_suffix('')), backbone.type, described.decode_head.type], counted


def markdown(rows: Sequence[tuple[list[str], Complexity]]) -> str:
    """The table; ratios are to the first row."""
    first = rows[0][1]
    lines = ['| ' + ' | '.join(COLUMNS) + ' |', '|---' * 3 + '|--:' * (len(COLUMNS) - 3) + '|']
    for names, one in rows:
        params = (one.params, one.encoder_params, one.head_params)
        macs = (one.macs, one.encoder_macs, one.head_macs)
        cells = [
            *names,
            *(f'{count / 1e6:.3f}' for count in params),
            *(f'{count / 1e9:.3f}' for count in macs),
            f'{one.params / first.params:.3f}',
            f'{one.macs / first.macs:.3f}',
        ]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    args = parse_args(argv)
    paths = {path.resolve(): path for path in (BASELINE, *args.configs)}  # none twice
    try:
        rows = [measure(path, tuple(args.size)) for path in paths.values()]
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')
    print(f'One image of {args.size[0]} x {args.size[1]} px.\n\n{markdown(rows)}')


if __name__ == '__main__':
    main()
