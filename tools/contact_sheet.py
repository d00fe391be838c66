"""Tiles of a data set in AEL's layout on one picture, each beside its lanes.

    python tools/contact_sheet.py OUT.png DATASET --columns 4 --rows 7

The tiles are spread evenly over the sorted ids, so that every city shows.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery import read_image, write_image
from lanedet_mm.lanes import TAXONOMIES, Taxonomy, TileAnnotation, draw_mask
from lanedet_mm.visualization.overlay import paint_classes


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('out', type=Path, metavar='OUT', help='a PNG or JPEG')
    parser.add_argument('dataset', type=Path, metavar='DATASET', help='folder of imgs and json')
    parser.add_argument('--columns', type=int, default=4, help='tiles in a row')
    parser.add_argument('--rows', type=int, default=7)
    parser.add_argument('--size', type=int, default=256, help='side of a tile on the sheet')
    parser.add_argument('--taxonomy', choices=sorted(TAXONOMIES), default='full')
    return parser.parse_args(argv)


def draw_pair(path: Path, taxonomy: Taxonomy, size_px: int) -> NDArray[np.uint8]:
    """One tile and the same with its lanes, side by side, shrunk to squares."""
    annotation = TileAnnotation.read(path.parent.parent / 'json' / f'{path.stem}.json')
    image = read_image(path, size_wh=annotation.size_wh)
    mask = draw_mask(annotation.lanes, image.shape[:2], taxonomy)
    shrink = max(image.shape) / size_px
    labelled = paint_classes(image, mask, taxonomy.palette, thicken_px=int(shrink / 2))
    pair = [
        cv2.resize(each, (size_px, size_px), interpolation=cv2.INTER_AREA)
        for each in (image, labelled)
    ]
    return np.asarray(np.hstack(pair), np.uint8)


def main(argv: list[str] | None = None) -> None:
    """Draw the sheet."""
    args = parse_args(argv)
    paths = sorted((args.dataset / 'imgs').glob('*.jpg'))
    if not paths:
        sys.exit(f'{args.dataset} holds no imgs/*.jpg; needed is a data set in the layout of AEL')
    chosen = np.linspace(0, len(paths) - 1, args.columns * args.rows).round().astype(int)
    taxonomy = Taxonomy.named(args.taxonomy)
    try:
        pairs = [draw_pair(paths[index], taxonomy, args.size) for index in chosen]
    except ValueError as error:
        sys.exit(str(error))
    rows = [
        np.hstack(pairs[row * args.columns : (row + 1) * args.columns]) for row in range(args.rows)
    ]
    write_image(args.out, np.vstack(rows))
    print(f'{args.out}: {len(pairs)} of {len(paths)} tiles')


if __name__ == '__main__':
    main()
