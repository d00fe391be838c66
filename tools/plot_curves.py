"""Draw what trainings logged, a panel a scalar and a line a run.

    python tools/plot_curves.py RUN [RUN ...] --keys KEY [KEY ...] --out PNG [--labels L ...]
    python tools/plot_curves.py work_dirs/premium_baseline --keys loss lane_iou --out curves.png

A run is a work folder of a training. Runs with the same label, such as seeds, are drawn as their
mean, with a band from the lowest to the highest. A key that is not there lists those that are.
"""

import argparse
import sys
from pathlib import Path

import cv2

from lanedet_mm.imagery import write_image
from lanedet_mm.visualization.learning_curves import draw_learning_curves, learning_curves


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('runs', type=Path, nargs='+', metavar='RUN', help='a work folder')
    parser.add_argument('--keys', nargs='+', required=True, metavar='KEY', help='such as loss')
    parser.add_argument('--out', type=Path, required=True, metavar='PNG')
    parser.add_argument('--labels', nargs='+', help="one a run; default the folders' names")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Draw the curves."""
    args = parse_args(argv)
    try:
        panels = learning_curves(args.runs, args.keys, labels=args.labels)
        picture = draw_learning_curves(panels)
        write_image(args.out, picture[..., ::-1], options=(cv2.IMWRITE_PNG_COMPRESSION, 9))
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')
    print(f'{args.out}: {", ".join(panels)}')


if __name__ == '__main__':
    main()
