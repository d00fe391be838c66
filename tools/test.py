"""Test a checkpoint; without one, the best that the config's training kept.

python tools/test.py CONFIG [CHECKPOINT] --eval mIoU [--data-root DIR] [--split DIR] [--out JSON]
"""

import argparse
import json
from pathlib import Path

from mmengine.runner import Runner

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint
from lanedet_mm.engine.check_weights import check_every_weight
from lanedet_mm.engine.keep_memory import keep_freed_memory
from lanedet_mm.engine.launch import load_config
from lanedet_mm.engine.tool_arguments import add_runner_arguments

METRICS = {'mIoU': 'mIoU', 'laneIoU': 'lane_iou'}


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Test a checkpoint.')
    parser.add_argument('config')
    parser.add_argument('checkpoint', nargs='?', help='default: the best one of the work dir')
    parser.add_argument('--eval', nargs='+', choices=[*METRICS], default=['laneIoU', 'mIoU'])
    parser.add_argument('--out', type=Path, help='write every figure as JSON')
    add_runner_arguments(parser)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Test."""
    args = parse_args(argv)
    keep_freed_memory()
    config = load_config(
        args.config,
        options=args.cfg_options,
        work_dir=args.work_dir,
        data_root=args.data_root,
        split=args.split,
        launcher=args.launcher,
    )
    config.load_from = args.checkpoint or str(best_checkpoint(config.work_dir))
    runner = Runner.from_cfg(config)
    runner.logger.info('Testing %s', config.load_from)
    check_every_weight(runner)
    figures = runner.test()
    for name in args.eval:
        runner.logger.info('%s: %.2f', name, figures[METRICS[name]])
    if args.out and runner.rank == 0:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps({'checkpoint': str(config.load_from), **figures}, indent=1))


if __name__ == '__main__':
    main()
