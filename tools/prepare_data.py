"""Check a data set as it was downloaded, and bring it into the shape that the loaders read.

    python tools/prepare_data.py ael downloads/AEL data/ael
    python tools/prepare_data.py skyscapes downloads/SkyScapes-Lane data/skyscapes --tile-px 512

Broken files are listed with the reason, and the exit status is 1; with --skip-broken they are
left out of the manifests. A run that was stopped is finished by starting it again.
"""

import argparse
import os
import sys
from pathlib import Path

from lanedet_mm.datasets.preparation.prepare_ael import prepare_ael
from lanedet_mm.datasets.preparation.tile_skyscapes import tile_skyscapes
from lanedet_mm.lanes import TAXONOMIES


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest='kind', required=True)
    ael = kinds.add_parser('ael', help='check AEL and write its masks as files')
    ael.add_argument('--taxonomy', choices=sorted(TAXONOMIES), default='white')
    ael.add_argument('--width-px', type=float, default=3.0, help='line width in the masks')
    skyscapes = kinds.add_parser('skyscapes', help='cut SkyScapes-Lane into tiles')
    skyscapes.add_argument('--tile-px', type=int, default=512)
    skyscapes.add_argument('--overlap-px', type=int, default=64)
    for kind in (ael, skyscapes):
        kind.add_argument('source', type=Path, help='folder of the release')
        kind.add_argument('out', type=Path, help='folder to write to')
        kind.add_argument('--processes', type=int, default=os.cpu_count() or 1)
        kind.add_argument('--skip-broken', action='store_true', help='leave broken files out')
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Prepare; exit with 1 where files are broken and not to be skipped."""
    options = vars(parse_args(argv))
    kind = options.pop('kind')
    source, out = options.pop('source'), options.pop('out')
    try:
        report = (prepare_ael if kind == 'ael' else tile_skyscapes)(source, out, **options)
    except (ValueError, FileNotFoundError) as error:
        sys.exit(str(error))
    print(report.summary())
    if report.broken and not options['skip_broken']:
        sys.exit('broken files: get them again, or leave them out with --skip-broken')


if __name__ == '__main__':
    main()
