"""Draw what a trained model finds hard: image, truth, prediction and the pixels that OHEM keeps.

python tools/draw_hard_pixels.py CONFIG [CHECKPOINT] --out PNG [--rows 4] [--crop 256]
                                 [--data-root DIR] [--split DIR]

Tiles are spread evenly over the config's test side; of each the part with most lane is shown. The
selection is that of the config's OHEMCrossEntropyLoss, or its defaults where it has none.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from numpy.typing import NDArray

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint
from lanedet_mm.engine.launch import load_config
from lanedet_mm.engine.tool_arguments import add_data_arguments
from lanedet_mm.imagery import write_image
from lanedet_mm.inference.torch_model import TorchModel
from lanedet_mm.lanes import IGNORE_INDEX
from lanedet_mm.models.losses import OHEMCrossEntropyLoss, pixel_cross_entropy
from lanedet_mm.registry import DATASETS
from lanedet_mm.visualization.kept_pixels import kept_pixels_sheet


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config')
    parser.add_argument('checkpoint', nargs='?', help='default: the best one of the work dir')
    parser.add_argument('--out', type=Path, required=True, help='a PNG')
    parser.add_argument('--rows', type=int, default=4, help='tiles to show')
    parser.add_argument('--crop', type=int, default=256, help='side of the part that is shown, px')
    add_data_arguments(parser)
    return parser.parse_args(argv)


def part_with_most_lane(mask: NDArray[np.uint8], side: int) -> tuple[slice, slice]:
    """Rows and columns of the square with most lane pixels, on a grid of half its side."""
    is_lane = (mask > 0) & (mask != IGNORE_INDEX)
    height, width = mask.shape
    corners = [
        (row, col)
        for row in range(0, max(height - side, 0) + 1, max(side // 2, 1))
        for col in range(0, max(width - side, 0) + 1, max(side // 2, 1))
    ]
    lanes = [is_lane[row : row + side, col : col + side].sum() for row, col in corners]
    row, col = corners[int(np.argmax(lanes))]
    return slice(row, row + side), slice(col, col + side)


def read_parts(config: Config, rows: int, side: int) -> tuple[list[NDArray[np.uint8]], ...]:
    """Images and masks of the parts to show, spread over the test side."""
    options = dict(config.test_dataloader.dataset)
    options['pipeline'] = [{'type': 'LoadTile'}, {'type': 'DrawLaneMask'}]
    dataset = DATASETS.build(options)
    images, masks = [], []
    for index in np.linspace(0, len(dataset) - 1, rows).round().astype(int):
        sample = dataset[int(index)]
        part = part_with_most_lane(sample['gt_seg_map'], side)
        images.append(sample['img'][part])
        masks.append(sample['gt_seg_map'][part])
    return images, masks


def main(argv: list[str] | None = None) -> None:
    """Draw the sheet."""
    args = parse_args(argv)
    config = load_config(
        args.config, work_dir=args.work_dir, data_root=args.data_root, split=args.split
    )
    model = TorchModel(args.config, args.checkpoint or best_checkpoint(config.work_dir))
    init_default_scope('lanedet_mm')
    images, masks = read_parts(config, args.rows, args.crop)
    if len({image.shape for image in images}) > 1:
        sys.exit(f'tiles are smaller than --crop {args.crop}; take a smaller one')
    log_prob = torch.from_numpy(model(images)).clamp(min=1e-12).log()
    label = torch.from_numpy(np.stack(masks)).long()
    losses = [one for one in model.model.modules() if isinstance(one, OHEMCrossEntropyLoss)]
    loss = losses[0] if losses else OHEMCrossEntropyLoss()
    kept = loss.hard(pixel_cross_entropy(log_prob, label), label, IGNORE_INDEX)
    sheet = kept_pixels_sheet(
        np.stack(images),
        np.stack(masks),
        log_prob.argmax(dim=1).numpy().astype(np.uint8),
        kept.numpy(),
        classes=model.classes,
        palette=model.palette,
    )
    write_image(args.out, np.ascontiguousarray(sheet[..., ::-1]))
    share = kept.sum() / (label != IGNORE_INDEX).sum()
    of_lanes = (kept & (label > 0)).sum() / kept.sum().clamp(min=1)
    print(f'{args.out}: {share:.1%} of the pixels kept, {of_lanes:.1%} of them on lanes')


if __name__ == '__main__':
    main()
