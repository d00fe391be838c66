"""Time the metrics on synthetic tiles, on one core.

    python tools/benchmarks/metrics.py
    python tools/benchmarks/metrics.py --tile 640 --lanes 40 --repeats 15

Truth is lanes of 3 px that run across the whole tile, every third one dashed; a prediction has them
4 px wide and 1.5 px aside, but for some that are missed and as many that are false. The metrics
take turns, and the median of all turns counts: seconds on the clock, and of the processor, which do
not grow where other programs want the core too. Prints a table in Markdown.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.confusion import confusion_matrix
from lanedet_mm.evaluation.lines.line_comparison import compare_lines
from lanedet_mm.lanes import TAXONOMIES, Lane, draw_mask

Mask = NDArray[np.uint8]
Tile = tuple[NDArray[np.int64], Mask, list[tuple[NDArray[np.float64], int]]]
GROUND_GSD_M = 0.125
TAXONOMY = TAXONOMIES['white']


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--tile', type=int, default=1280, help='px')
    parser.add_argument('--lanes', type=int, default=20)
    parser.add_argument('--tiles', type=int, default=5)
    parser.add_argument('--repeats', type=int, default=5, help='turns that count')
    return parser.parse_args(argv)


def make_lanes(rng: np.random.Generator, count: int, tile_px: int) -> list[Lane]:
    """Straight lanes, half from top to bottom and half from left to right."""
    lanes = []
    for index in range(count):
        ends = np.array([[0, tile_px - 1], rng.uniform(0, tile_px, 2)]).T
        lanes.append(Lane(ends[:, ::-1] if index % 2 else ends, solid=index % 3 > 0))
    return lanes


def make_tile(seed: int, args: argparse.Namespace) -> Tile:
    """Prediction, in 64 bit as models give it, truth, and its polylines."""
    rng = np.random.default_rng(seed)
    lanes = make_lanes(rng, args.lanes, args.tile)
    wrong = args.lanes // 5
    found = [Lane(lane.vertices + rng.normal(0, 1.5, 2), solid=lane.solid) for lane in lanes]
    found[:wrong] = make_lanes(rng, wrong, args.tile)
    size_hw = args.tile, args.tile
    predicted = draw_mask(found, size_hw, TAXONOMY, width_px=4.0)
    lines = [(lane.vertices, TAXONOMY.class_of(lane)) for lane in lanes]
    return predicted.astype(np.int64), draw_mask(lanes, size_hw, TAXONOMY), lines


def take_turns(
    metrics: dict[str, Callable[..., object]], tiles: list[Tile], repeats: int
) -> dict[str, tuple[float, float]]:
    """Median milliseconds on the clock and of the processor; the first turn warms up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in metrics}
    for turn in range(repeats + 1):
        for tile in tiles:
            for name, metric in metrics.items():
                wall, own = time.perf_counter(), time.process_time()
                metric(*tile)
                if turn:
                    taken[name].append((time.perf_counter() - wall, time.process_time() - own))
    return {
        name: (
            1e3 * statistics.median(wall for wall, _ in pairs),
            1e3 * statistics.median(own for _, own in pairs),
        )
        for name, pairs in taken.items()
    }


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    args = parse_args(argv)
    cv2.setNumThreads(1)
    classes = len(TAXONOMY.classes)
    compare = partial(compare_lines, ground_gsd_m=GROUND_GSD_M, num_classes=classes)
    metrics: dict[str, Callable[..., object]] = {
        'confusion matrix': lambda found, mask, _: confusion_matrix(found, mask, classes),
        'lines in metres': lambda found, mask, _: compare(found, mask),
        'lines in metres, true polylines': lambda *tile: compare(*tile[:2], truth_lines=tile[2]),
    }
    tiles = [make_tile(seed, args) for seed in range(args.tiles)]
    truth_m = statistics.mean(compare(*tile[:2], truth_lines=tile[2]).truth_m[0] for tile in tiles)
    median = take_turns(metrics, tiles, args.repeats)
    matrix, masks, polylines = median.values()
    for name, lines in (('masks', masks), ('polylines', polylines)):
        median[f'matrix and lines of {name}'] = matrix[0] + lines[0], matrix[1] + lines[1]
    print(
        f'{args.tile} x {args.tile} px, {args.lanes} lanes of {truth_m:.0f} m together, one core, '
        f'median of {args.repeats * args.tiles}\n'
    )
    print('| metric | clock, ms | processor, ms | tiles per second by clock | by processor |')
    print('|---|---:|---:|---:|---:|')
    for name, (wall, own) in median.items():
        print(f'| {name} | {wall:.1f} | {own:.1f} | {1e3 / wall:.1f} | {1e3 / own:.1f} |')


if __name__ == '__main__':
    main()
