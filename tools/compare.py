"""Is model B better than model A? Compares what tools/evaluate.py has left of both.

    python tools/compare.py A B [--margin POINTS] [--out JSON]
    python tools/compare.py work_dirs/baseline/evaluation work_dirs/new/evaluation --margin 0.5

A and B are folders with tiles.jsonl, of the same tiles. Blocks of ground are resampled, the same
ones for both models; the last line is the verdict on lane IoU over all tiles. Milliseconds a tile
and size of the weights stand beside it; for a fair time, tools/benchmark.py.

Exit status: 0 if B has not been shown to be worse than A, 1 if it has, 2 on an error.
"""

import argparse
import json
import sys
from pathlib import Path

from lanedet_mm.evaluation.comparison.comparison_report import (
    comparison_json,
    comparison_table,
    verdict,
)
from lanedet_mm.evaluation.comparison.model_comparison import compare_models
from lanedet_mm.evaluation.records.evaluation_run import read_run
from lanedet_mm.evaluation.records.tile_records import read_records
from lanedet_mm.imagery import write_atomically

Costs = dict[str, tuple[float | None, float | None]]


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('a', type=Path, metavar='A', help='evaluation of the first model')
    parser.add_argument('b', type=Path, metavar='B', help='evaluation of the second model')
    parser.add_argument(
        '--margin', type=float, default=0.0, help='points of lane IoU that may be lost; default 0'
    )
    parser.add_argument('--tolerance', type=float, default=0.5, help='of lines, in ground metres')
    parser.add_argument('--confidence', type=float, default=0.95, help='of the intervals')
    parser.add_argument('--resamples', type=int, default=10_000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--out', type=Path, metavar='JSON', help='the table for programs')
    args = parser.parse_args(argv)
    if args.margin < 0:
        parser.error(f'--margin is {args.margin}; needed are points of at least 0')
    return args


def read_costs(a: Path, b: Path) -> Costs:
    """What both evaluations say of time and size."""
    first, second = (read_run(folder) or {} for folder in (a, b))
    names = [name for name in ('latency_ms', 'model_bytes') if name in {**first, **second}]
    return {name: (first.get(name), second.get(name)) for name in names}


def main(argv: list[str] | None = None) -> None:
    """Compare."""
    args = parse_args(argv)
    margin = args.margin / 100
    try:
        comparison = compare_models(
            read_records(args.a),
            read_records(args.b),
            tolerance_m=args.tolerance,
            confidence=args.confidence,
            resamples=args.resamples,
            seed=args.seed,
        )
        costs = read_costs(args.a, args.b)
        if args.out is not None:
            report = comparison_json(comparison, costs=costs)
            write_atomically(args.out, json.dumps(report, allow_nan=False).encode())
    except (FileNotFoundError, ValueError) as error:
        print(f'error: {error}', file=sys.stderr)
        sys.exit(2)
    print(f'A {args.a}\nB {args.b}\n{comparison_table(comparison, costs=costs)}')
    print(verdict(comparison, margin=margin))
    sys.exit(int(comparison.is_worse(margin=margin)))


if __name__ == '__main__':
    main()
