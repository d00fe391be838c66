"""Time our loader against mmseg's own on the same files, in one run, on one core.

    python tools/benchmarks/loader.py
    python tools/benchmarks/loader.py --tiles 40 --repeats 9

Makes tiles of 1280 x 1280 px with 20 lanes as JPEG and as PNG, with the masks as PNG that mmseg
needs, in a temporary folder. Each pipeline loads, scales by 0.75 to 1.5, crops 512 px, flips,
changes colours and packs; they take turns, and the median counts. Prints a table in Markdown.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.registry import init_default_scope
from mmseg.datasets import BaseSegDataset

from lanedet_mm.datasets import AELDataset
from lanedet_mm.datasets.manifest import write_manifest
from lanedet_mm.lanes import TAXONOMIES, Lane, TileAnnotation, draw_mask

TILE_PX, CROP_PX, SCALE = 1280, 512, (0.75, 1.5)
FORMATS = {'JPEG': ('.jpg', [cv2.IMWRITE_JPEG_QUALITY, 92]), 'PNG': ('.png', [])}


def make_tiles(root: Path, count: int) -> None:
    """Textured tiles with 20 curved lanes each, in AEL's layout, once per format."""
    rng = np.random.default_rng(0)
    ids = [f'3{number:07d}' for number in range(count)]
    for name in (*FORMATS, 'mask'):
        (root / name / 'imgs').mkdir(parents=True)
        (root / name / 'json').mkdir()
    for tile_id in ids:
        steps = rng.normal(0, 25, (20, 8, 2)).cumsum(1) + np.linspace(-100, 1380, 8)[None, :, None]
        steps[..., 0] += rng.uniform(-900, 900, (20, 1))
        lanes = [Lane(vertices, solid=bool(rng.integers(2))) for vertices in steps]
        annotation = TileAnnotation((0, 0, 320, 320), (TILE_PX, TILE_PX), 0.25, tuple(lanes))
        mask = draw_mask(lanes, (TILE_PX, TILE_PX), TAXONOMIES['white'])
        image = np.zeros((TILE_PX, TILE_PX, 3), np.float32)
        for cells, contrast in ((10, 40), (80, 25), (640, 20)):
            noise = rng.normal(0, contrast, (cells, cells, 3)).astype(np.float32)
            image += cv2.resize(noise, (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(image + 110 + 90.0 * (mask > 0)[..., None], 0, 255).astype(np.uint8)
        cv2.imwrite(str(root / 'mask' / 'imgs' / f'{tile_id}.png'), mask)
        for name, (suffix, options) in FORMATS.items():
            cv2.imwrite(str(root / name / 'imgs' / f'{tile_id}{suffix}'), pixels, options)
            annotation.write(root / name / 'json' / f'{tile_id}.json')
    for name in FORMATS:
        write_manifest(root / name / 'train_data.json', ids)


def mmseg_dataset(root: Path, name: str) -> BaseSegDataset:
    """mmseg's own transforms on image and mask files."""
    pipeline: list[dict[str, Any]] = [
        {'type': 'LoadImageFromFile'},
        {'type': 'LoadAnnotations'},
        {
            'type': 'RandomResize',
            'scale': (TILE_PX, TILE_PX),
            'ratio_range': SCALE,
            'keep_ratio': True,
        },
        {'type': 'RandomCrop', 'crop_size': (CROP_PX, CROP_PX)},
        {'type': 'RandomFlip', 'prob': 0.5},
        {'type': 'PhotoMetricDistortion'},
        {'type': 'PackSegInputs'},
    ]
    return BaseSegDataset(
        data_prefix={
            'img_path': str(root / name / 'imgs'),
            'seg_map_path': str(root / 'mask' / 'imgs'),
        },
        img_suffix=FORMATS[name][0],
        metainfo={'classes': TAXONOMIES['white'].classes},
        pipeline=pipeline,
    )


def our_dataset(root: Path, name: str, cache_dir: str | None) -> AELDataset:
    """Our transforms with the same augmentations in effect."""
    pipeline: list[dict[str, Any]] = [
        {'type': 'LoadTile', 'cache_dir': cache_dir},
        {'type': 'RandomLaneCrop', 'crop_px': CROP_PX, 'scale': SCALE, 'rotate': None},
        {'type': 'DrawLaneMask'},
        {'type': 'LutPhotoMetricDistortion'},
        {'type': 'PackLaneInputs'},
    ]
    return AELDataset(data_root=str(root / name), pipeline=pipeline)


def tiles_per_second(dataset: BaseSegDataset) -> float:
    """Speed over one epoch."""
    begin = time.perf_counter()
    for index in range(len(dataset)):
        dataset[index]
    return len(dataset) / (time.perf_counter() - begin)


def measure(root: Path, repeats: int) -> list[dict[str, Any]]:
    """Median speed of each pipeline on each format, in turns; the first turn fills the cache."""
    rows = []
    for name in FORMATS:
        datasets = {
            "mmseg's own": mmseg_dataset(root, name),
            'ours, decoding each time': our_dataset(root, name, None),
            'ours, cache of decoded tiles': our_dataset(root, name, str(root / 'cache')),
        }
        turns = [
            {label: tiles_per_second(dataset) for label, dataset in datasets.items()}
            for _ in range(repeats + 1)
        ]
        for label in datasets:
            speed = statistics.median(turn[label] for turn in turns[1:])
            ratio = statistics.median(turn[label] / turn["mmseg's own"] for turn in turns[1:])
            first = turns[0][label]
            rows.append(
                {'format': name, 'pipeline': label, 'speed': speed, 'ratio': ratio, 'first': first}
            )
    return rows


def cpu_name() -> str:
    """The processor as Linux names it."""
    info = Path('/proc/cpuinfo')
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor()


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--tiles', type=int, default=24)
    parser.add_argument('--repeats', type=int, default=7, help='turns that count')
    parser.add_argument('--json', type=Path, metavar='OUT')
    args = parser.parse_args(argv)
    init_default_scope('lanedet_mm')
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        make_tiles(Path(folder), args.tiles)
        rows = measure(Path(folder), args.repeats)
    packages = ('numpy', 'opencv-python', 'torch', 'onedl-mmcv', 'onedl-mmsegmentation')
    print(f'{cpu_name()}, one core, Python {platform.python_version()}, ', end='')
    print(', '.join(f'{name} {version(name)}' for name in packages), end='\n\n')
    print('| files | pipeline | tiles/s | against mmseg | first epoch, tiles/s |')
    print('| --- | --- | ---: | ---: | ---: |')
    for row in rows:
        print(
            f'| {row["format"]} | {row["pipeline"]} | {row["speed"]:.1f} | {row["ratio"]:.2f} | '
            f'{row["first"]:.1f} |'
        )
    if args.json is not None:
        args.json.write_text(json.dumps(rows, indent=1) + '\n')


if __name__ == '__main__':
    main()
