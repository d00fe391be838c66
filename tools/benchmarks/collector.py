"""Time how a corpus of 512 px tiles is collected from local rasters, and what memory it takes.

    python tools/benchmarks/collector.py --out work_dirs/benchmark_collector
    python tools/benchmarks/collector.py --out work_dirs/benchmark_collector --tiles 2000

Makes GeoTIFFs of 8192 x 8192 px (JPEG, as orthophotos come), or one of as few as the tiles need,
then collects a tenth of the tiles and all of them, in a process that does nothing else: memory that
grows with the corpus would show between the two. Prints a table in Markdown. The rasters are kept
for the next run, the tiles only with --keep.
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


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--out', type=Path, required=True, help='a folder for rasters and tiles')
    parser.add_argument('--tiles', type=int, default=20_000)
    parser.add_argument('--keep', action='store_true', help='the collected tiles too')
    parser.add_argument('--collect', action='store_true', help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def make_raster(path: Path, seed: int, side_px: int) -> None:
    """Ground of smooth noise with houses on it: no two tiles look alike."""
    rng = np.random.default_rng(seed)
    image = np.full((side_px, side_px, 3), 110, np.uint8)
    for cell_px, contrast in ((128, 35), (8, 15)):
        cells = (side_px // cell_px, side_px // cell_px, 3)
        noise = rng.normal(128, contrast, cells).clip(0, 255).astype(np.uint8)
        large = cv2.resize(noise, (side_px, side_px), interpolation=cv2.INTER_LINEAR)
        cv2.addWeighted(image, 1, large, 1, -128, dst=image)
    houses = side_px**2 // 8192
    for width, height, across, down, grey, *corner in rng.integers(
        (40, 40, 0, 0, 30, 0, 0), (240, 240, 240, 240, 230, side_px, side_px), (houses, 7)
    ).tolist():
        colour = (grey, 255 - grey, grey)
        cv2.rectangle(image, (*corner, width // 2, height // 2), colour, -1)
        cv2.line(image, corner, (corner[0] + across, corner[1] + down), colour, 3)
    place = from_origin(500_000 + seed * side_px * GSD_M, 5_000_000, GSD_M, GSD_M)
    profile = {
        **{'driver': 'GTiff', 'width': side_px, 'height': side_px, 'count': 3},
        **{'dtype': 'uint8', 'crs': 'EPSG:32633', 'transform': place, 'tiled': True},
        **{'compress': 'jpeg', 'photometric': 'ycbcr', 'blockxsize': 512, 'blockysize': 512},
    }
    part = path.with_suffix('.part')
    with rasterio.open(part, 'w', **profile) as raster:
        raster.write(image.transpose(2, 0, 1))
    part.rename(path)


def collect(rasters: Path, out: Path, tiles: int) -> None:
    """Collect in this process; the last line says what it has come to."""
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
    corpora = [(args.out / f'corpus_{n}', n) for n in (max(1, args.tiles // 10), args.tiles)]
    side_px = min(RASTER_PX, TILE_PX * math.ceil(math.sqrt(args.tiles)))
    rasters = args.out / f'rasters_{side_px}'
    if args.collect:
        for out, count in corpora:
            collect(rasters, out, count)
        return
    rasters.mkdir(parents=True, exist_ok=True)
    for number in range(math.ceil(args.tiles / (side_px // TILE_PX) ** 2)):
        path = rasters / f'{number:03d}.tif'
        if not path.exists():
            make_raster(path, number, side_px)
    for out, _ in corpora:
        shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, __file__, '--out', args.out, '--tiles', args.tiles, '--collect']
    ended = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, text=True, check=True)
    print('| tiles | seconds | tiles/s | peak memory, MiB | on disk, MiB |')
    print('|---:|---:|---:|---:|---:|')
    rows = [line for line in ended.stdout.splitlines() if line.startswith('{')]
    for (out, _), found in zip(corpora, map(json.loads, rows), strict=True):
        disk = sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 2**20
        rate = found['tiles'] / found['seconds']
        cells = f'{found["tiles"]} | {found["seconds"]:.1f} | {rate:.0f} | {found["peak_mib"]:.0f}'
        print(f'| {cells} | {disk:.0f} |')
        if not args.keep:
            shutil.rmtree(out)


if __name__ == '__main__':
    main()
