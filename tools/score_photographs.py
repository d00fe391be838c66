"""Predict real photographs and score them by their own scorers, for ablations.

python tools/score_photographs.py X.onnx|CONFIG CHECKPOINT --photographs DIR --out OUT [--only CITY]

DIR holds images/NAME.jpg, labels/NAME_ROW_COLUMN.json of hand-labelled crops and the programs
score_labels.py and divider_check.py, which come with the photographs. The crops are predicted and,
for the dividers, --whole of the labelled photographs whole, spread evenly over their names and so
over the cities (0: no dividers). The last line printed is a JSON object of the scores in percent.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from lanedet_mm.imagery import read_image, read_stored, write_image

TOOLS = Path(__file__).parent
WORK = 'scored'  # what the scorers are given lies there, in OUT, and is made anew each time
MARGIN_PX = 64  # around a crop, so that its border is no border of a window


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('model', nargs='+', metavar='X.onnx | CONFIG CHECKPOINT')
    parser.add_argument('--photographs', type=Path, required=True)
    parser.add_argument('--only', default='', help='photographs whose names begin so')
    parser.add_argument('--whole', type=int, default=2, help='photographs for the dividers')
    parser.add_argument('--tile', type=int, default=192, help='window in px')
    parser.add_argument('--overlap', type=int, default=32, help='px that windows share')
    parser.add_argument('--flips', action='store_true', help='average over flips and turns')
    parser.add_argument(
        '--thresholds', nargs='+', default=[], metavar='CLASS=P', help='as tools/predict.py has'
    )
    parser.add_argument('--out', type=Path, required=True, help='folder of the masks')
    return parser.parse_args(argv)


def run(*command: object) -> str:
    """Run a program and return what it prints; stop where it fails."""
    parts = [sys.executable, *map(str, command)]
    ended = subprocess.run(parts, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        sys.exit(f'{" ".join(parts)} failed with status {ended.returncode}\n{ended.stdout}')
    return ended.stdout


def read_scores(line: str) -> dict[str, float]:
    """Scores of a line such as 'all   completeness 0.907  F1 0.542', by their names."""
    pairs = (part.rsplit(' ', 1) for part in line.split('  ')[1:] if part.strip())
    return {name.strip().replace(' ', '_'): float(value) for name, value in pairs}


def read_labels(args: argparse.Namespace) -> dict[Path, dict[str, Any]]:
    """The wanted labels by their files."""
    files = sorted((args.photographs / 'labels').glob(f'{args.only}*.json'))
    if not files:
        sys.exit(f'no labels/{args.only}*.json in {args.photographs}')
    return {file: json.loads(file.read_text()) for file in files}


def spread(names: list[str], count: int) -> list[str]:
    """So many of the names, evenly over all; all where there are fewer."""
    count = min(count, len(names))
    return [names[index * len(names) // count] for index in range(count)]


def window_of(label: dict[str, Any], image: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of a labelled crop and its margin."""
    rows, columns = (
        slice(max(0, start - MARGIN_PX), min(length, start + label['size'] + MARGIN_PX))
        for start, length in zip((label['row0'], label['col0']), image.shape, strict=False)
    )
    return rows, columns


def predict(args: argparse.Namespace, labels: dict[Path, dict[str, Any]]) -> tuple[Path, Path]:
    """Masks of the photographs with a label, and of those alone that were predicted whole."""
    inputs, masks, whole = (args.out / WORK / name for name in ('inputs', 'labelled', 'whole'))
    for folder in (inputs, masks, whole):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    images = {
        label['image']: args.photographs / 'images' / label['image'] for label in labels.values()
    }
    chosen = spread(sorted(images), args.whole)
    for name in chosen:
        shutil.copyfile(images[name], inputs / name)
    for file, label in labels.items():
        image = read_image(images[label['image']])
        write_image(inputs / f'{file.stem}.png', image[window_of(label, image)])
    run(
        TOOLS / 'predict.py', inputs, '--model', *args.model,
        '--tile', args.tile, '--overlap', args.overlap, '--batch', 16, '--out', args.out,
        *(['--flips'] if args.flips else []),
        *(['--thresholds', *args.thresholds] if args.thresholds else []),
    )  # fmt: skip
    for name in chosen:
        shutil.copyfile(
            args.out / 'masks' / f'{Path(name).stem}.png', whole / f'{Path(name).stem}.png'
        )
    for name, path in images.items():
        mask = np.zeros(read_image(path).shape[:2], np.uint8)
        for file, label in labels.items():
            if label['image'] == name:
                part = read_stored(args.out / 'masks' / f'{file.stem}.png')
                mask[window_of(label, mask)] = part
        write_image(masks / f'{Path(name).stem}.png', mask)
    return masks, whole


def main(argv: list[str] | None = None) -> None:
    """Predict and score."""
    args = parse_args(argv)
    labels = read_labels(args)
    masks, whole = predict(args, labels)
    own = args.out / WORK / 'labels'
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    for file in labels:
        shutil.copyfile(file, own / file.name)
    labelled = run(args.photographs / 'score_labels.py', masks, '--labels', own)
    scores = read_scores(labelled.rstrip().splitlines()[-1])
    scores['lane_IoU'] = (scores['IoU_solid'] + scores['IoU_dashed']) / 2
    if args.whole:
        found = args.out / 'dividers.json'
        run(args.photographs / 'divider_check.py', '--masks', whole, '--json', found)
        dividers = json.loads(found.read_text())
        scores |= {'divider_score': dividers['score'], 'divider_recall': dividers['recall']}
    scores = {name: round(100 * value, 2) for name, value in scores.items() if np.isfinite(value)}
    print(json.dumps(scores))


if __name__ == '__main__':
    main()
