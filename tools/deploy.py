"""Export a checkpoint for a back end, and refuse it where it does not say what PyTorch says.

python tools/deploy.py configs/deploy/onnxruntime_dynamic.py CONFIG [CHECKPOINT] [--out DIR]
                       [--device DEVICE] [--images PATH ...]
"""

import argparse
import sys
from pathlib import Path

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint
from lanedet_mm.deploy.deploy_model import deploy_model
from lanedet_mm.engine.launch import load_config
from lanedet_mm.engine.tool_arguments import add_data_arguments
from lanedet_mm.imagery import read_image


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Export a checkpoint and check it.')
    parser.add_argument('deploy_config', help='mmdeploy config, see configs/deploy')
    parser.add_argument('config', help='config of the model')
    parser.add_argument('checkpoint', nargs='?', help='default: the best one of the work dir')
    add_data_arguments(parser)
    parser.add_argument(
        '--images', nargs='+', help='to compare on; default windows of the validation side'
    )
    parser.add_argument('--device', help='default: cuda for TensorRT, cpu for the others')
    parser.add_argument('--out', type=Path, help='default: WORK_DIR/deploy/DEPLOY_CONFIG')
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Export and compare."""
    args = parse_args(argv)
    config = load_config(
        args.config, work_dir=args.work_dir, data_root=args.data_root, split=args.split
    )
    out = args.out or Path(config.work_dir) / 'deploy' / Path(args.deploy_config).stem
    try:
        deployed = deploy_model(
            args.deploy_config,
            config,
            args.checkpoint or best_checkpoint(config.work_dir),
            out,
            device=args.device,
            images=[(Path(path).name, read_image(path)) for path in args.images or ()],
        )
    except (FileNotFoundError, ValueError, ImportError) as error:
        sys.exit(f'error: {error}')
    print(deployed)
    if deployed.refused is not None:
        sys.exit(1)


if __name__ == '__main__':
    main()
