"""Train a config.

python tools/train.py CONFIG [--data-root DIR] [--split DIR] [--amp] [--resume] [--seed N]
                             [--work-dir DIR] [--cfg-options KEY=VALUE ...]
"""

import argparse

from mmengine.runner import Runner

from lanedet_mm.engine.check_weights import check_start
from lanedet_mm.engine.keep_memory import keep_freed_memory
from lanedet_mm.engine.launch import load_config, use_amp
from lanedet_mm.engine.start_weights import settle_start
from lanedet_mm.engine.tool_arguments import add_runner_arguments


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Train a config.')
    parser.add_argument('config')
    parser.add_argument('--resume', action='store_true', help='go on from the latest checkpoint')
    parser.add_argument('--amp', action='store_true', help='mixed precision, bfloat16 if it runs')
    parser.add_argument('--seed', type=int, help='of weights, order and augmentation')
    add_runner_arguments(parser)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Train."""
    args = parse_args(argv)
    keep_freed_memory()
    config = load_config(
        args.config,
        options=args.cfg_options,
        work_dir=args.work_dir,
        data_root=args.data_root,
        split=args.split,
        seed=args.seed,
        launcher=args.launcher,
    )
    if args.amp:
        use_amp(config)
    config.resume = args.resume or config.get('resume', False)
    settle_start(config)
    runner = Runner.from_cfg(config)
    check_start(runner)
    runner.train()


if __name__ == '__main__':
    main()
