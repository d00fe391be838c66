"""Time a pretraining step, and the loader that feeds it, against mmpretrain's own, in one run.

    python tools/benchmarks/pretraining.py                    # ViT-B/16, a batch of 4 on a CPU
    python tools/benchmarks/pretraining.py --batch 64         # on a GPU
    python tools/benchmarks/pretraining.py --config configs/demo/mae_vit_aerial.py --batch 32

The step is data preprocessor, forward, backward and optimizer, of our config and of mmpretrain's
MAE at the size of ours, by the optimizer wrapper of each (mmpretrain's mixed precision needs a GPU;
on a CPU it is float32, and ours is timed in both); they take turns, and the median counts. The
loader reads 512 px JPEG tiles that are made in a temporary folder, by our pipeline and by
mmpretrain's; the share of waiting is measured while our step trains on it. Prints tables in
Markdown.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow
import pyarrow.parquet
import torch
from mmengine.dataset import default_collate
from mmengine.device import get_device
from mmengine.hub import get_config
from mmengine.logging import MMLogger
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from torch.utils.data import DataLoader, Dataset, RandomSampler

from lanedet_mm.datasets import UnlabeledTileDataset
from lanedet_mm.engine.launch import load_config
from lanedet_mm.registry import MODELS, TRANSFORMS

STOCK = 'mmpretrain::mae/mae_vit-base-p16_8xb512-amp-coslr-300e_in1k.py'
TILES, TILE_PX = 64, 512


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--config', default='configs/mae_vit_aerial.py')
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--repeats', type=int, default=5, help='turns of each')
    parser.add_argument('--workers', type=int, default=1, help='of the loader that feeds the step')
    return parser.parse_args(argv)


class Step:
    """One training step of a model with an optimizer wrapper; both are configs."""

    def __init__(self, model: Any, wrapper: Any) -> None:  # noqa: ANN401 - configs
        self.model = MODELS.build(model)
        self.model.init_weights()
        self.model.to(get_device()).train()
        self.wrapper = build_optim_wrapper(self.model, wrapper)

    def __call__(self, batch: dict[str, Any]) -> None:
        """Train on a batch, and wait for it."""
        self.model.train_step(batch, self.wrapper)
        if get_device() == 'cuda':
            torch.cuda.synchronize()


class StockTiles(Dataset[Any]):
    """The same files by mmpretrain's own pipeline."""

    def __init__(self, files: list[str], pipeline: list[dict[str, Any]]) -> None:
        self.files = files
        self.steps = [TRANSFORMS.build({**step, '_scope_': 'mmpretrain'}) for step in pipeline]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Any:  # noqa: ANN401 - as mmpretrain packs it
        results: Any = {'img_path': self.files[index]}
        for step in self.steps:
            results = step(results)
        return results


def make_tiles(root: Path) -> list[str]:
    """JPEG tiles with texture, and their manifest."""
    rng = np.random.default_rng(0)
    (root / 'tiles').mkdir()
    rows, files = [], []
    for number in range(TILES):
        image = np.full((TILE_PX, TILE_PX, 3), 110.0, np.float32)
        for cells, contrast in ((8, 40), (64, 25), (256, 20)):
            noise = rng.normal(0, contrast, (cells, cells, 3)).astype(np.float32)
            image += cv2.resize(noise, (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC)
        files.append(str(root / 'tiles' / f't{number}.jpg'))
        cv2.imwrite(files[-1], image.clip(0, 255).astype(np.uint8))
        size = {'width_px': TILE_PX, 'height_px': TILE_PX, 'gsd_m': 0.125}
        rows.append({'id': f't{number}', 'source': 's', 'place': 'p', **size})
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), root / 'manifest.parquet')
    return files


def take_turns(repeats: int, work: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each piece of work after a first turn that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(repeats + 1):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def read_all(tiles: Dataset[Any]) -> None:
    """Read every tile once, on this core."""
    for index in range(TILES):
        tiles[index]


def waiting(step: Step, tiles: UnlabeledTileDataset, args: argparse.Namespace) -> float:
    """Share of the time that a training waits for its loader, in an epoch that does not end."""
    turns = 2 * args.repeats
    epoch = RandomSampler(tiles, replacement=True, num_samples=(turns + 1) * args.batch)
    loader: DataLoader[Any] = DataLoader(
        tiles, args.batch, sampler=epoch, num_workers=args.workers, collate_fn=default_collate
    )
    batches, waited = iter(loader), 0.0
    step(next(batches))
    begin = time.perf_counter()
    for _ in range(turns):
        start = time.perf_counter()
        batch = next(batches)
        waited += time.perf_counter() - start
        step(batch)
    return waited / (time.perf_counter() - begin)


def steps_of(config: Any, stock: Any) -> dict[str, Step]:  # noqa: ANN401 - configs
    """What takes turns: ours, and mmpretrain's model and wrapper at the same size."""
    plain = {**config.optim_wrapper, 'type': 'OptimWrapper'}
    size = {name: config.model[name] for name in ('backbone', 'neck')}
    model = {**stock.model, **size, '_scope_': 'mmpretrain'}
    wrapper = {**stock.optim_wrapper, '_scope_': 'mmpretrain'}
    if get_device() == 'cpu':
        wrapper = {**wrapper, 'type': 'OptimWrapper'}
        wrapper.pop('loss_scale')
    steps = {"mmpretrain's": Step(model, wrapper), 'ours': Step(config.model, config.optim_wrapper)}
    if config.optim_wrapper.type == 'Bfloat16OptimWrapper':
        steps['ours, float32'] = Step(config.model, plain)
    return steps


def print_table(unit: str, seconds: dict[str, float], count: int, first: str) -> None:
    """Seconds, rate, and the rate against mmpretrain's."""
    print(f'\n| {first} | {unit} | images/s | against mmpretrain |\n|---|---:|---:|---:|')
    base = seconds["mmpretrain's"]
    for name, value in seconds.items():
        print(f'| {name} | {value:.3f} | {count / value:.1f} | {base / value:.2f} |')


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    args = parse_args(argv)
    if get_device() == 'cpu':
        torch.set_num_threads(1)
    cv2.setNumThreads(0)
    MMLogger.get_current_instance().setLevel('WARNING')  # else a line a weight
    config, stock = load_config(args.config), get_config(STOCK)
    init_default_scope('lanedet_mm')
    crop_px = config.model.backbone.get('img_size', 224)
    tiles = torch.randint(0, 256, (args.batch, 3, crop_px, crop_px), dtype=torch.uint8)
    batch = {'inputs': tiles, 'data_samples': []}
    steps = steps_of(config, stock)
    turns = {name: partial(step, batch) for name, step in steps.items()}
    seconds = take_turns(args.repeats, turns)
    print_table('seconds', seconds, args.batch, f'step, batch of {args.batch} at {crop_px} px')
    if get_device() == 'cuda':
        print(f'\npeak memory of the GPU: {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB')
    pipeline = config.train_dataloader.dataset.pipeline
    theirs = stock.train_dataloader.dataset.pipeline
    theirs[1].scale = crop_px
    with tempfile.TemporaryDirectory() as folder:
        files = make_tiles(Path(folder))
        data = UnlabeledTileDataset(data_root=folder, side='all', pipeline=pipeline)
        readers: dict[str, Any] = {"mmpretrain's": StockTiles(files, theirs), 'ours': data}
        reads = {name: partial(read_all, reader) for name, reader in readers.items()}
        print_table('seconds', take_turns(args.repeats, reads), TILES, f'{TILES} tiles, one core')
        share = waiting(steps['ours'], data, args)
    print(f'\nwaiting for {args.workers} worker(s): {share:.1%} of the time of training')


if __name__ == '__main__':
    main()
