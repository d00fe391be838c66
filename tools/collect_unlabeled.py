"""Collect unlabeled tiles from many sources into one folder with one manifest.

    python tools/collect_unlabeled.py configs/collect/rendered.py
    python tools/collect_unlabeled.py configs/collect/area.py --out data/unlabeled --most-tiles 500

Stopped or killed, it goes on where it was when it is called again. What failed is listed, the exit
status is 1, and the next call tries it again.
"""

import argparse
import sys
from pathlib import Path

from mmengine.config import Config

from lanedet_mm.collection.collector import Collector
from lanedet_mm.lanes import AnnotationError

_OPTIONS = ('exclude_splits', 'most_tiles', 'near_duplicate_bits', 'quality', 'give_up_after')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', type=Path, help='Python file as in configs/collect')
    parser.add_argument('--out', type=Path, help="folder of the tiles, in place of the config's")
    parser.add_argument('--most-tiles', type=int, help='tiles to keep of each source')
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Collect; exit with 1 where something failed."""
    args = parse_args(argv)
    if not args.config.is_file():
        sys.exit(f'no config {args.config}; see configs/collect')
    try:
        config = Config.fromfile(args.config).to_dict()
    except KeyError as error:  # what the config takes from the environment
        sys.exit(f'{args.config}: {error.args[0]}')
    options = {name: config[name] for name in _OPTIONS if name in config}
    if args.most_tiles is not None:
        options['most_tiles'] = args.most_tiles
    try:
        out = args.out or Path(config['out'])
        report = Collector(out=out, **options).collect(config['sources'])
    except KeyError as error:
        sys.exit(f'{args.config}: {error.args[0]}; needed are out and sources')
    except (ValueError, TypeError, AnnotationError) as error:
        sys.exit(f'{args.config}: {error}')
    except KeyboardInterrupt:
        sys.exit('stopped; call it again to go on')
    print(report.summary())
    if not report.is_whole:
        sys.exit('something failed: call it again to try it once more')


if __name__ == '__main__':
    main()
