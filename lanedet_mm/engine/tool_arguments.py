"""Command-line arguments that several tools take, for `load_config`."""

import argparse

from mmengine.config import DictAction


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what puts a config onto other folders: --work-dir, --data-root, --split."""
    parser.add_argument(
        '--work-dir',
        help="logs and checkpoints; default work_dirs/ and the config's path below configs/",
    )
    parser.add_argument('--data-root', help="folder of the data set, in place of the config's")
    parser.add_argument('--split', help='folder of the manifests, relative to the data root')


def add_runner_arguments(parser: argparse.ArgumentParser) -> None:
    """Add those and what a runner needs besides: --cfg-options, --launcher."""
    add_data_arguments(parser)
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE')
    parser.add_argument(
        '--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none', help='of jobs'
    )
