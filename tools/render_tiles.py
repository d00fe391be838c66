"""Render data sets in AEL's layout: road networks of our own, or images for annotations.

    python tools/render_tiles.py networks OUT --tiles-per-city 60 --size 512 --processes 2
    python tools/render_tiles.py annotations OUT --json-dir AEL/json --manifest-dir AEL

Stopped, it goes on where it was when it is called again with the same options.
"""

import argparse
import sys
from pathlib import Path

from lanedet_mm.lanes import CITIES
from lanedet_mm.synthesis.rendered_dataset import (
    NetworkOptions,
    render_annotations,
    render_networks,
)


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    modes = parser.add_subparsers(dest='mode', required=True)
    networks = modes.add_parser('networks', help='tiles of road networks of our own')
    annotations = modes.add_parser('annotations', help='an image for every AEL annotation')
    default = NetworkOptions()
    networks.add_argument('--tiles-per-city', type=int, default=60)
    networks.add_argument('--cities', nargs='+', choices=CITIES, default=CITIES)
    networks.add_argument('--size', type=int, default=default.size_px, help='pixels')
    networks.add_argument(
        '--gsd',
        type=float,
        nargs=2,
        default=default.gsd_range_m,
        metavar=('LEAST', 'GREATEST'),
        help='ground metres per pixel',
    )
    networks.add_argument(
        '--extent', type=float, default=default.extent_m, help="side of a city's map in metres"
    )
    annotations.add_argument('--json-dir', type=Path, required=True, help='folder of ID.json')
    annotations.add_argument(
        '--manifest-dir',
        type=Path,
        help='folder of {train,val,test}_data.json; their split is kept',
    )
    for mode in (networks, annotations):
        mode.add_argument('out', type=Path, metavar='OUT', help='folder of the data set')
        mode.add_argument('--seed', type=int, default=default.seed)
        mode.add_argument('--quality', type=int, default=default.quality, help='of the JPEGs')
        mode.add_argument('--processes', type=int, default=1)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Render what the command line asks for; exit 1 with every reason if a tile fails."""
    args = parse_args(argv)
    try:
        if args.mode == 'networks':
            options = NetworkOptions(
                size_px=args.size,
                gsd_range_m=tuple(args.gsd),
                extent_m=args.extent,
                seed=args.seed,
                quality=args.quality,
            )
            made = render_networks(
                args.out,
                tiles_per_city=args.tiles_per_city,
                options=options,
                cities=args.cities,
                processes=args.processes,
            )
        else:
            made = render_annotations(
                args.out,
                json_dir=args.json_dir,
                manifest_dir=args.manifest_dir,
                seed=args.seed,
                quality=args.quality,
                processes=args.processes,
            )
    except ExceptionGroup as group:
        sys.exit('\n'.join([group.message, *(str(error) for error in group.exceptions)]))
    except ValueError as error:
        sys.exit(str(error))
    print(f'{args.out}: {sum(made["tiles"].values())} tiles of {len(made["tiles"])} cities')


if __name__ == '__main__':
    main()
