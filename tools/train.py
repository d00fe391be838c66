"""Train a config.

python tools/train.py CONFIG [--data-root DIR] [--split DIR] [--amp] [--resume] [--seed N]
                             [--work-dir DIR] [--cfg-options KEY=VALUE ...]
"""

import argparse

from mmengine.config import DictAction
from mmengine.runner import Runner

from lanedet_mm.engine.launch import load_config, use_amp


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Train a config.')
    parser.add_argument('config')
    parser.add_argument('--work-dir', help='logs and checkpoints; default work_dirs/<config>')
    parser.add_argument('--data-root', help="folder of the data set, in place of the config's")
    parser.add_argument('--split', help='folder of the manifests, relative to the data root')
    parser.add_argument('--resume', action='store_true', help='go on from the latest checkpoint')
    parser.add_argument('--amp', action='store_true', help='mixed precision, bfloat16 if it runs')
    parser.add_argument('--seed', type=int, help='of weights, order and augmentation')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE')
    parser.add_argument(
        '--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none', help='of jobs'
    )
    return parser.parse_args()


def main() -> None:
    """Train."""
    args = parse_args()
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
    Runner.from_cfg(config).train()


if __name__ == '__main__':
    main()
