"""Evaluate a model on the test side of a config: scores by city, resolution and scenario, a report.

    python tools/evaluate.py CONFIG CHECKPOINT|MODEL.onnx --out DIR [--data-root DIR] [--split DIR]

Writes DIR/tiles.jsonl (what each tile adds to any table), masks/, scores.json, scores.csv and
report.html; stopped, it goes on where it was. Called again with a finished DIR, it only writes the
tables and the report anew. With --calibration and --robustness also calibration.json and
robustness.json. The last line printed is a JSON object of the main scores.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mmengine.registry import init_default_scope
from rich.progress import track

from lanedet_mm.deploy.open_model import open_model
from lanedet_mm.engine.keep_memory import keep_freed_memory
from lanedet_mm.engine.launch import load_config
from lanedet_mm.engine.tool_arguments import add_runner_arguments
from lanedet_mm.evaluation.calibration import calibration_report
from lanedet_mm.evaluation.calibration.measure_calibration import measure_calibration
from lanedet_mm.evaluation.records.evaluate_tiles import check_classes, evaluate_tiles
from lanedet_mm.evaluation.records.evaluation_run import EvaluationRun, digest
from lanedet_mm.evaluation.records.labelled_samples import LabelledSamples
from lanedet_mm.evaluation.records.labelled_tile import LabelledTiles, tile_name
from lanedet_mm.evaluation.report.tile_picture import worst_pictures
from lanedet_mm.evaluation.report.write_report import write_report
from lanedet_mm.evaluation.robustness import robustness
from lanedet_mm.evaluation.robustness.robustness import measure_robustness
from lanedet_mm.evaluation.scenarios.rendered_ground import RenderedGround
from lanedet_mm.evaluation.score_files import SHORT, short_table, write_scores
from lanedet_mm.evaluation.score_records import score_records
from lanedet_mm.imagery import write_atomically
from lanedet_mm.inference.class_thresholds import ClassThresholds
from lanedet_mm.inference.flip_average import FlipAverage
from lanedet_mm.inference.sliding_window import SlidingWindow
from lanedet_mm.registry import DATASETS


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', type=Path, help='its test side is evaluated')
    parser.add_argument('model', type=Path, help='checkpoint of the config, or X.onnx')
    parser.add_argument('--out', type=Path, required=True, help='folder of the results')
    parser.add_argument('--tile', type=int, help="window in px; default the model's, at least 512")
    parser.add_argument('--overlap', type=int, default=128, help='px that windows share')
    parser.add_argument('--batch', type=int, default=4, help='windows at once')
    parser.add_argument('--device', help='cpu, cuda or cuda:1; default as tools/predict.py has')
    parser.add_argument('--flips', action='store_true', help='average over flips and turns')
    parser.add_argument(
        '--thresholds',
        nargs='+',
        metavar='CLASS=P',
        help='paint a lane class from this probability on, or P for all of them',
    )
    parser.add_argument('--calibration', action='store_true', help='predicts every tile again')
    parser.add_argument(
        '--robustness',
        type=int,
        metavar='TILES',
        help='corrupt so many tiles in 12 ways, 5 strengths each: 61 predictions a tile',
    )
    parser.add_argument('--resamples', type=int, default=1000, help='of the intervals; 0: none')
    parser.add_argument('--worst', type=int, default=12, help='tiles of the gallery')
    add_runner_arguments(parser)
    return parser.parse_args(argv)


def make_windows(args: argparse.Namespace) -> SlidingWindow:
    """The model over images of any size."""
    is_checkpoint = args.model.suffix in ('.pth', '.pt')
    files = [args.config, args.model] if is_checkpoint else [args.model]
    model = open_model(files, device=args.device)
    fixed_px = model.tile_px if model.fixed_size else None
    tile_px = args.tile or fixed_px or max(model.tile_px or 0, 512)
    overlap_px = min(args.overlap, tile_px // 2)
    limits = args.thresholds and ClassThresholds.read(args.thresholds, model.classes)
    return SlidingWindow(
        FlipAverage(model) if args.flips else model,
        tile_px=tile_px,
        overlap_px=overlap_px,
        batch=args.batch,
        thresholds=limits,
    )


def evaluate(args: argparse.Namespace) -> dict[str, Any]:
    """Predict what is missing and write everything; gives the scores."""
    config = load_config(
        args.config, options=args.cfg_options, data_root=args.data_root, split=args.split
    )
    of_model = [name for name in args.cfg_options or {} if name.split('.')[0] == 'model']
    if of_model:
        raise ValueError(
            f'--cfg-options {" ".join(of_model)}: a model is built from its own file; give a '
            'config that has them'
        )
    init_default_scope(config.get('default_scope', 'mmseg'))
    tiles = DATASETS.build(config.test_dataloader.dataset)
    windows = make_windows(args)
    if args.calibration:
        windows.require_probabilities('calibration')
    classes = tuple(tiles.metainfo['classes'])
    check_classes(windows.model, classes)
    data_root = Path(config.test_dataloader.dataset.get('data_root', '.'))
    run = EvaluationRun.of(
        [args.config, args.model],
        data={
            'root': str(data_root),
            'manifest': str(tiles.ann_file),
            'tiles': len(tiles),
            'names': digest([tile_name(tiles, index) for index in range(len(tiles))]),
            'dataset': digest(config.test_dataloader.dataset.to_dict()),
        },
        options={
            'tile_px': windows.tile_px,
            'overlap_px': windows.overlap_px,
            'flips': args.flips,
            **({'thresholds': windows.thresholds.values} if windows.thresholds else {}),
        },
    )
    records = evaluate_tiles(
        windows,
        tiles,
        args.out,
        run,
        classes=classes,
        taxonomy=getattr(tiles, 'taxonomy', None),
        rendered=RenderedGround.of(data_root),
    )
    measure_further(args, windows, tiles, run)
    scores = score_records(records, resamples=args.resamples)
    write_scores(args.out, scores)
    log_dir = args.model.parent if args.model.suffix != '.onnx' else None
    pictures = worst_pictures(
        args.out, tiles, records, palette=windows.model.palette, count=args.worst
    )
    write_report(args.out, records=records, scores=scores, pictures=pictures, log_dir=log_dir)
    return scores


def measure_further(
    args: argparse.Namespace, windows: SlidingWindow, tiles: LabelledTiles, run: EvaluationRun
) -> None:
    """Calibration and robustness, where they are asked for."""
    classes, taxonomy = windows.model.classes, getattr(tiles, 'taxonomy', None)
    if args.calibration:
        samples = track(LabelledSamples(tiles), 'Calibration')
        report = measure_calibration(windows.probabilities, samples, classes)
        write_atomically(args.out / calibration_report.FILE_NAME, json.dumps(report).encode())
    if args.robustness:
        some = LabelledSamples(tiles, taxonomy=taxonomy, limit=args.robustness)
        measure_robustness(
            windows,
            some,
            num_classes=len(classes),
            redraw=some.redraw if some.has_lines else None,
            path=args.out / robustness.FILE_NAME,
            note=run.summary,
            progress=lambda what: print(f'robustness: {what}', flush=True),
        )


def main(argv: list[str] | None = None) -> None:
    """Evaluate and print the short table."""
    args = parse_args(argv)
    keep_freed_memory()
    try:
        scores = evaluate(args)
    except (FileNotFoundError, ValueError, ImportError) as error:
        sys.exit(f'error: {error}')
    print(f'{short_table(scores)}\n{args.out / "report.html"}')
    print(json.dumps({key: scores['overall']['scores'].get(key) for key in SHORT}))


if __name__ == '__main__':
    main()
