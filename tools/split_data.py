"""Split a data set in AEL's format, and measure how much of its ground a split gives away.

    python tools/split_data.py spatial data/ael --block-m 2000 --buffer-m 100
    python tools/split_data.py leave-one-city-out data/ael --test-city glasgow
    python tools/split_data.py leave-one-city-out data/ael          # one folder for each city
    python tools/split_data.py official data/ael
    python tools/split_data.py --check data/ael                     # its manifests and its splits
    python tools/split_data.py --check data/ael data/ael/splits/spatial --json leakage.json

A split is a folder below DATA_ROOT/splits (or --out) with the three manifests and split.json,
which says how it was made and what was dropped. The annotation files are enough; no image is read.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from lanedet_mm.datasets.manifest import IMAGE_SUFFIXES
from lanedet_mm.datasets.splits.leakage_table import leakage_table
from lanedet_mm.datasets.splits.leave_one_city_out import leave_one_city_out
from lanedet_mm.datasets.splits.spatial_split import spatial_split
from lanedet_mm.datasets.splits.split import Split
from lanedet_mm.datasets.splits.tile_regions import read_regions
from lanedet_mm.lanes import CITIES, city_of

METHODS = ('official', 'spatial', 'leave-one-city-out')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('method', nargs='?', choices=METHODS, help='how to split')
    parser.add_argument('data_root', nargs='?', type=Path, help='folder with json/')
    parser.add_argument('--check', nargs='+', type=Path, metavar=('DATA_ROOT', 'MANIFESTS'))
    parser.add_argument('--json', type=Path, metavar='OUT', help='with --check: also as JSON')
    parser.add_argument('--out', type=Path, help='folder of the splits; default DATA_ROOT/splits')
    parser.add_argument('--block-m', type=float, default=2000.0, help='block side, ground metres')
    parser.add_argument(
        '--buffer-m', type=float, default=100.0, help='between sides, ground metres'
    )
    parser.add_argument('--val-share', type=float, default=0.1)
    parser.add_argument('--test-share', type=float, default=0.2)
    parser.add_argument('--seed', type=int, default=0, help='of the deal of the blocks')
    parser.add_argument('--test-city', choices=CITIES)
    parser.add_argument(
        '--no-val', action='store_true', help='train on every city but the test city'
    )
    parser.add_argument('--val-city', choices=CITIES)
    args = parser.parse_args(argv)
    if not args.check and not (args.method and args.data_root):
        parser.error('needed are a METHOD and a DATA_ROOT, or --check DATA_ROOT')
    return args


def make_splits(args: argparse.Namespace) -> list[Split]:
    """The splits that the command line asks for."""
    if args.method == 'official':
        split = Split.read(args.data_root)
        return [Split('official', split.sides, {'method': 'official'})]
    tile_ids = sorted(path.stem for path in (args.data_root / 'json').glob('*.json'))
    if not tile_ids:
        sys.exit(f'{args.data_root / "json"} holds no annotation; check DATA_ROOT')
    regions = read_regions(args.data_root / 'json' / f'{tile}.json' for tile in tile_ids)
    if args.method == 'spatial':
        split = spatial_split(
            tile_ids,
            regions,
            block_m=args.block_m,
            buffer_m=args.buffer_m,
            val_share=args.val_share,
            test_share=args.test_share,
            seed=args.seed,
        )
        return [split]
    there = {city_of(tile) for tile in tile_ids}
    cities = [args.test_city] if args.test_city else [city for city in CITIES if city in there]
    return [
        leave_one_city_out(
            tile_ids,
            regions,
            test_city=city,
            val_city=args.val_city,
            validate=not args.no_val,
        )
        for city in cities
        if city != args.val_city or args.test_city
    ]


def check(data_root: Path, folders: list[Path], out: Path | None) -> None:
    """Print the leakage of every split, and write it as JSON if asked to."""
    if not folders:
        nested = sorted(path.parent for path in data_root.glob('splits/*/train_data.json'))
        own = [data_root] if (data_root / 'train_data.json').exists() or not nested else []
        folders = [*own, *nested]
    leakages = {str(folder): Split.read(folder).leakage(data_root) for folder in folders}
    print(leakage_table(leakages))
    if out is not None:
        record = {name: [asdict(one) for one in sides] for name, sides in leakages.items()}
        out.write_text(json.dumps(record, indent=1) + '\n')


def main(argv: list[str] | None = None) -> None:
    """Split or check."""
    args = parse_args(argv)
    if args.check:
        check(args.check[0], args.check[1:], args.json)
        return
    images = {
        path.stem: path.name
        for path in (args.data_root / 'imgs').glob('*.*')
        if path.suffix.lower() in IMAGE_SUFFIXES  # and not a world file beside it
    }
    out = args.out or args.data_root / 'splits'
    folders = []
    for split in make_splits(args):
        split.write(out / split.name, images=images)
        folders.append(out / split.name)
        counts = ', '.join(
            f'{side} {len(tiles)} ({len(split.dropped.get(side, ()))} dropped)'
            for side, tiles in split.sides.items()
        )
        print(f'{out / split.name}: {counts}')
    check(args.data_root, folders, args.json)


if __name__ == '__main__':
    main()
