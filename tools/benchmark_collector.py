"""Time how a corpus of 512 px tiles is collected from local rasters, and what memory it takes.

    python tools/benchmark_collector.py --out work_dirs/benchmark_collector
    python tools/benchmark_collector.py --out work_dirs/benchmark_collector --tiles 2000

Makes GeoTIFFs of 8192 x 8192 px (JPEG, as orthophotos come), then collects a tenth of the tiles and
all of them, each in a process of its own: memory that grows with the corpus would show between the
two. Prints a table in Markdown. The rasters are kept for the next run, the tiles only with --keep.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import rasterio
from rasterio.transform import from_origin

RASTER_PX, TILE_PX, GSD_M = 8192, 512, 0.125
PER_RASTER = (RASTER_PX // TILE_PX) ** 2


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--out', type=Path, required=True, help='a folder for rasters and tiles')
    parser.add_argument('--tiles', type=int, default=20_000)
    parser.add_argument('--keep', action='store_true', help='the collected tiles too')
    parser.add_argument('--collect', type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def make_raster(path: Path, seed: int) -> None:
    """Ground of smooth noise with houses on it: no two tiles look alike."""
    rng = np.random.default_rng(seed)
    image = np.full((RASTER_PX, RASTER_PX, 3), 110, np.uint8)
    for cells, contrast in ((64, 35), (1024, 15)):
        noise = rng.normal(128, contrast, (cells, cells, 3)).clip(0, 255).astype(np.uint8)
        large = cv2.resize(noise, (RASTER_PX, RASTER_PX), interpolation=cv2.INTER_LINEAR)
        cv2.addWeighted(image, 1, large, 1, -128, dst=image)
    for width, height, across, down, grey, *corner in rng.integers(
        (40, 40, 0, 0, 30, 0, 0), (240, 240, 240, 240, 230, RASTER_PX, RASTER_PX), (8_000, 7)
    ).tolist():
        colour = (grey, 255 - grey, grey)
        cv2.rectangle(image, (*corner, width // 2, height // 2), colour, -1)
        cv2.line(image, corner, (corner[0] + across, corner[1] + down), colour, 3)
    place = from_origin(500_000 + seed * RASTER_PX * GSD_M, 5_000_000, GSD_M, GSD_M)
    profile = {
        **{'driver': 'GTiff', 'width': RASTER_PX, 'height': RASTER_PX, 'count': 3},
        **{'dtype': 'uint8', 'crs': 'EPSG:32633', 'transform': place, 'tiled': True},
        **{'compress': 'jpeg', 'photometric': 'ycbcr', 'blockxsize': 512, 'blockysize': 512},
    }
    part = path.with_suffix('.part')
    with rasterio.open(part, 'w', **profile) as raster:
        raster.write(image.transpose(2, 0, 1))
    part.rename(path)


def collect(rasters: Path, out: Path, tiles: int) -> None:
    """Collect in this process; its last line is what it has come to."""
    from lanedet_mm.collection.collector import Collector

    source = {'type': 'RasterSource', 'folder': str(rasters), 'licence': 'made for this benchmark'}
    start = time.monotonic()
    report = Collector(out=out, most_tiles=tiles).collect([source])
    seconds = time.monotonic() - start
    # Linux counts the peak of the parent, which made the rasters, into ru_maxrss.
    peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]
    print(json.dumps({'tiles': report.tiles, 'seconds': seconds, 'peak_mib': int(peak) / 1024}))


def main(argv: list[str] | None = None) -> None:
    """Make rasters, collect, print the table."""
    args = parse_args(argv)
    rasters = args.out / 'rasters'
    if args.collect:
        collect(rasters, args.collect, args.tiles)
        return
    rasters.mkdir(parents=True, exist_ok=True)
    for number in range(math.ceil(args.tiles / PER_RASTER)):
        path = rasters / f'{number:03d}.tif'
        if not path.exists():
            make_raster(path, number)
    print('| tiles | seconds | tiles/s | peak memory, MiB | on disk, MiB |')
    print('|---:|---:|---:|---:|---:|')
    for count in (max(1, args.tiles // 10), args.tiles):
        out = args.out / f'corpus_{count}'
        shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, __file__, '--out', args.out, '--collect', out, '--tiles', count]
        printed = subprocess.run(
            [*map(str, command)], stdout=subprocess.PIPE, text=True, check=True
        )
        found = json.loads(printed.stdout.rstrip().splitlines()[-1])
        disk = sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 2**20
        rate = found['tiles'] / found['seconds']
        cells = f'{found["tiles"]} | {found["seconds"]:.1f} | {rate:.0f} | {found["peak_mib"]:.0f}'
        print(f'| {cells} | {disk:.0f} |', flush=True)
        if not args.keep:
            shutil.rmtree(out)


if __name__ == '__main__':
    main()
