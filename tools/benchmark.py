"""Time models by runtime, size and batch.

    python tools/benchmark.py --models student=CONFIG,CHECKPOINT,student.onnx teacher=teacher.onnx
        [--provider onnxruntime tensorrt] [--sizes 256 512] [--batches 1 8] [--threads 2]
        [--device cuda] [--lane-iou student=57.3 teacher=61.0] [--out DIR]

A model is a name and its files: a config and its checkpoint for PyTorch, an ONNX file for ONNX
Runtime and OpenVINO, OpenVINO's X.xml, or TensorRT's X.engine, which needs --device cuda. Each
runtime takes those that it opens. Every case, which is a model, a runtime and a shape, has a
process of its own; cases of one shape take turns, so that whatever the machine does meets all of
them. Timed are the network alone, on an input that has been prepared, and the whole call, pixels in
and probabilities out; on a busy machine the processor's time says more than the clock's. Prints a
table in Markdown; with --out also writes it there, with `times.csv` and `times.png`.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lanedet_mm.deploy.timing.case_times import CaseTimes
from lanedet_mm.deploy.timing.machine import machine_name
from lanedet_mm.deploy.timing.take_turns import time_cases
from lanedet_mm.deploy.timing.timed_case import PROVIDERS, TimedCase, provider_files
from lanedet_mm.deploy.timing.timing_table import csv_table, markdown_table

DEFAULT = ('pytorch', 'onnxruntime', 'openvino', 'tensorrt')
USUAL_PX = 512
MODULES = {'pytorch': 'torch', 'torch_compile': 'torch'}


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--models', nargs='+', required=True, metavar='NAME=FILE[,FILE]')
    parser.add_argument(
        '--provider', nargs='+', choices=PROVIDERS, help=f'default: those installed of {DEFAULT}'
    )
    parser.add_argument('--sizes', type=int, nargs='+', default=[256, 512, 1024, 2048], help='px')
    parser.add_argument('--batches', type=int, nargs='+', default=[1, 8])
    parser.add_argument('--threads', type=int, nargs='+', default=[os.cpu_count() or 1])
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    parser.add_argument('--turns', type=int, default=10, help='of each case')
    parser.add_argument('--runs', type=int, default=3, help='in a turn')
    parser.add_argument('--lane-iou', nargs='+', default=[], metavar='NAME=POINTS')
    parser.add_argument('--out', type=Path, help='folder of the table, CSV and picture')
    args = parser.parse_args(argv)
    if min(*args.sizes, *args.batches, *args.threads, args.turns, args.runs) < 1:
        parser.error('sizes, batches, threads, turns and runs have to be above 0')
    for text in (*args.models, *args.lane_iou):
        if '=' not in text:
            parser.error(f'{text!r} has no name; needed is NAME=...')
    args.models = {name: files.split(',') for name, files in map(_split, args.models)}
    args.lane_iou = {name: float(points) for name, points in map(_split, args.lane_iou)}
    return args


def _split(text: str) -> tuple[str, str]:
    name, _, rest = text.partition('=')
    return name, rest


def make_cases(args: argparse.Namespace) -> list[TimedCase]:
    """Every model with every runtime that opens it, in every shape."""
    for file in (file for files in args.models.values() for file in files):
        if not Path(file).is_file():
            raise FileNotFoundError(f'no model {file}')
    providers = args.provider or [
        one for one in DEFAULT if importlib.util.find_spec(MODULES.get(one, one)) is not None
    ]
    pairs = [
        (name, provider, chosen)
        for name, files in args.models.items()
        for provider in providers
        if (chosen := provider_files(provider, files)) is not None
    ]
    opened = {name for name, _, _ in pairs}
    if opened != set(args.models):
        raise ValueError(
            f'none of {", ".join(providers)} opens {", ".join(sorted(set(args.models) - opened))}; '
            'needed is CONFIG,CHECKPOINT for PyTorch, X.onnx, X.xml for OpenVINO, or X.engine '
            'where TensorRT is installed'
        )
    return [
        TimedCase(name, provider, files, size_px, batch, threads, args.device)
        for threads in args.threads
        for batch in args.batches
        for size_px in args.sizes
        for name, provider, files in pairs
    ]


def picture_lines(times: Sequence[CaseTimes]) -> dict[str, list[tuple[int, float]]]:
    """A line for each model, runtime, batch and number of threads."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for one in times:
        case = one.case
        if one.error is None:
            label = f'{case.name}, {case.provider}, batch {case.batch}, {case.threads} threads'
            lines.setdefault(label, []).append((case.size_px, one.median_ms))
    return lines


def write(out: Path, text: str, times: Sequence[CaseTimes], lane_iou: dict[str, float]) -> None:
    """Table, CSV and, where anything was timed, the picture."""
    from lanedet_mm.imagery import write_image
    from lanedet_mm.visualization.latency_picture import draw_latency

    out.mkdir(parents=True, exist_ok=True)
    (out / 'times.md').write_text(text + '\n')
    (out / 'times.csv').write_text(csv_table(times, lane_iou=lane_iou))
    lines = picture_lines(times)
    if not lines:
        return
    sides = {side for pairs in lines.values() for side, _ in pairs}
    points_px = USUAL_PX if USUAL_PX in sides else min(sides)
    points = {
        label if len(lines) > len(lane_iou) else name: (dict(pairs)[points_px], points)
        for label, pairs in lines.items()
        for name, points in lane_iou.items()
        if label.startswith(f'{name}, ') and points_px in dict(pairs)
    }
    picture = draw_latency(lines, points=points, points_px=points_px)
    write_image(out / 'times.png', picture[..., ::-1])


def main(argv: list[str] | None = None) -> None:
    """Time and print."""
    args = parse_args(argv)
    try:
        cases = make_cases(args)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'error: {error}')
    machine = machine_name(args.device)
    times = list(time_cases(cases, turns=args.turns, runs=args.runs))
    versions = ', '.join(dict.fromkeys(one.version for one in times if one.version))
    head = f'{machine}; {versions}. Medians of {args.turns * args.runs} runs, in turns.'
    text = f'{head}\n\n{markdown_table(times, lane_iou=args.lane_iou)}'
    print(text)
    if args.out is not None:
        write(args.out, text, times, args.lane_iou)
    if all(one.error is not None for one in times):
        sys.exit(1)


if __name__ == '__main__':
    main()
