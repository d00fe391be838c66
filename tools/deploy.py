"""Export a checkpoint through mmdeploy, and refuse it where it does not say what PyTorch says.

python tools/deploy.py configs/deploy/onnxruntime_dynamic.py CONFIG [CHECKPOINT] [--images PATH ...]
                       [--out DIR]
"""

import argparse
import sys
from itertools import islice
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.registry import init_default_scope
from numpy.typing import NDArray

from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.deploy.parity import MAX_CHANGED, compare_models
from lanedet_mm.engine.launch import best_checkpoint, load_config
from lanedet_mm.engine.tool_arguments import add_data_arguments
from lanedet_mm.imagery import read_image
from lanedet_mm.inference.onnx_model import OnnxModel
from lanedet_mm.inference.torch_model import TorchModel
from lanedet_mm.registry import DATASETS

SAMPLES = 4


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Export a checkpoint and check it.')
    parser.add_argument('deploy_config', help='mmdeploy config, see configs/deploy')
    parser.add_argument('config', help='config of the model')
    parser.add_argument('checkpoint', nargs='?', help='default: the best one of the work dir')
    add_data_arguments(parser)
    parser.add_argument('--images', nargs='+', help=f'to compare on; default {SAMPLES} test tiles')
    parser.add_argument('--out', type=Path, help='default: the work dir')
    return parser.parse_args(argv)


def test_tiles(config: Config) -> list[NDArray[np.uint8]]:
    """The first tiles of the config's test side."""
    init_default_scope('lanedet_mm')
    options = {**config.test_dataloader.dataset, 'pipeline': [{'type': 'LoadTile'}]}
    return [sample['img'] for sample in islice(DATASETS.build(options), SAMPLES)]


def main(argv: list[str] | None = None) -> None:
    """Export and compare."""
    args = parse_args(argv)
    config = load_config(
        args.config, work_dir=args.work_dir, data_root=args.data_root, split=args.split
    )
    checkpoint = args.checkpoint or best_checkpoint(config.work_dir)
    images = [read_image(path) for path in args.images] if args.images else test_tiles(config)
    reference = TorchModel(args.config, checkpoint)
    out = export_onnx(
        args.deploy_config, args.config, checkpoint, args.out or Path(config.work_dir)
    )
    # A side that no stride divides shows whether the file takes any size.
    images.append(np.ascontiguousarray(images[0][:-3, :-5]))
    parity = compare_models(reference, OnnxModel(out), images)
    print(
        f'{parity.changed:.5%} of {parity.pixels} pixels have another class than in PyTorch; '
        f'greatest difference of a probability {parity.max_difference:.1e}'
    )
    if not parity.agrees:
        refused = out.with_suffix('.refused.onnx')
        out.replace(refused)
        index, row, col = parity.where or (0, 0, 0)
        sys.exit(
            f'refused: at most {MAX_CHANGED:.1%} may differ; first at image {index}, '
            f'row {row}, column {col}; the file is kept as {refused}'
        )
    print(f'{out} ({out.stat().st_size / 1e6:.1f} MB)')


if __name__ == '__main__':
    main()
