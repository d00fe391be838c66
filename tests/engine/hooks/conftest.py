import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from lanedet_mm.datasets.manifest import write_manifest
from lanedet_mm.engine.launch import load_config
from lanedet_mm.imagery import write_image
from lanedet_mm.lanes import Lane, TileAnnotation

MAE = Path(__file__).parents[3] / 'configs/demo/mae_vit_aerial.py'
TILES, SIDE_PX, EPOCHS = 100, 64, 3

Pretrain = Callable[..., SimpleNamespace]


def write_corpus(root: Path, count: int) -> Path:
    """Tiles of one colour with a little noise, each of its own: `tile_bgr(index)`."""
    (root / 'tiles').mkdir(parents=True)
    rng, rows = np.random.default_rng(0), []
    for index in range(count):
        noise = rng.normal(0, 10, (SIDE_PX, SIDE_PX, 1))
        image = np.clip(np.array(tile_bgr(index)) + noise, 0, 255).astype(np.uint8)
        write_image(root / 'tiles' / f't{index:03d}.jpg', image)
        size = {'width_px': SIDE_PX, 'height_px': SIDE_PX, 'gsd_m': 0.1}
        place = ('oslo', 'bergen', 'moss')[index % 3]
        rows.append({'id': f't{index:03d}', 'source': 'maps', 'place': place, **size})
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), root / 'manifest.parquet')
    return root


def tile_bgr(index: int) -> tuple[int, int, int]:
    """Colour of a tile."""
    return 40 + index, 100, 220 - index


def write_labelled(root: Path, cities: str) -> Path:
    """Four tiles of each city, named by the first digit of ids, each with a white lane."""
    (root / 'imgs').mkdir(parents=True)
    (root / 'json').mkdir()
    rng, ids = np.random.default_rng(1), []
    for tile_id in (f'{city}{index:07d}' for city in cities for index in range(4)):
        col = int(rng.integers(20, 28))
        image = rng.integers(60, 90, (SIDE_PX, SIDE_PX, 3)).astype(np.uint8)
        image[:, col - 1 : col + 2] = 250
        lane = Lane(np.array([[col, -5.0], [col, SIDE_PX + 5.0]]))
        region = (0.0, 0.0, SIDE_PX * 0.1, SIDE_PX * 0.1)
        annotation = TileAnnotation(region, (SIDE_PX, SIDE_PX), 0.1, (lane,))
        annotation.write(root / 'json' / f'{tile_id}.json')
        write_image(root / 'imgs' / f'{tile_id}.jpg', image)
        ids.append(tile_id)
    write_manifest(root / 'train_data.json', ids)
    return root


class Recorder(Hook):
    """Losses of each epoch, and whether the model was found training."""

    def __init__(self) -> None:
        self.losses: list[list[float]] = []
        self.modes: set[bool] = set()

    def before_train_epoch(self, runner: Runner) -> None:
        self.losses.append([])

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        self.modes.add(runner.model.training)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        assert outputs is not None
        self.losses[-1].append(outputs['loss'].item())


@pytest.fixture(scope='session')
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred tiles of 64 px."""
    return write_corpus(tmp_path_factory.mktemp('corpus') / 'all', TILES)


@pytest.fixture(scope='session')
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled tiles of two cities."""
    return write_labelled(tmp_path_factory.mktemp('labelled') / 'ael', '36')


@pytest.fixture(scope='session')
def tile_pipeline() -> list[dict[str, Any]]:
    """The pixels as they are."""
    return [
        {'type': 'LoadTile'},
        {'type': 'mmpretrain.PackInputs', 'meta_keys': ('img_path', 'place', 'source')},
    ]


@pytest.fixture(scope='session')
def held_out(corpus: Path, tile_pipeline: list[dict[str, Any]]) -> dict[str, Any]:
    """Config of about half the corpus, as hooks take it."""
    return {
        'type': 'UnlabeledTileDataset',
        'data_root': str(corpus),
        'side': 'held_out',
        'held_out_share': 0.5,
        'pipeline': tile_pipeline,
    }


@pytest.fixture(scope='session')
def probe(labelled: Path) -> dict[str, Any]:
    """Config of the labelled tiles."""
    steps = ('LoadTile', 'DrawLaneMask', 'PackLaneInputs')
    pipeline = [{'type': step} for step in steps]
    return {'type': 'AELDataset', 'data_root': str(labelled), 'pipeline': pipeline}


@pytest.fixture(scope='session')
def pretrain(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Pretrain:
    """Pretrain the demo's config at a size for tests, with these hooks."""

    def run(hooks: list[dict[str, Any]]) -> SimpleNamespace:
        work_dir = tmp_path_factory.mktemp('pretraining')
        init_default_scope('lanedet_mm')
        arch = {'embed_dims': 32, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 64}
        decoder = {'decoder_embed_dim': 32, 'decoder_depth': 1, 'decoder_num_heads': 2}
        options = {
            'model.backbone': {'arch': arch, 'img_size': SIDE_PX},
            'model.neck': {'num_patches': 16, 'embed_dim': 32, **decoder},
            'train_dataloader': {'batch_size': 16, 'num_workers': 0, 'persistent_workers': False},
            'train_dataloader.dataset.held_out_share': 0.5,
            'train_dataloader.dataset.pipeline.1.crop_px': SIDE_PX,
            'train_cfg.max_epochs': EPOCHS,
        }
        config = load_config(MAE, work_dir=str(work_dir), data_root=str(corpus), options=options)
        config.custom_hooks = hooks
        config.experiment_name = work_dir.name
        runner, recorder = Runner.from_cfg(config), Recorder()
        runner.register_hook(recorder)
        state = torch.get_rng_state(), np.random.get_state()  # noqa: NPY002 - mmengine seeds it
        model = runner.train()
        torch.set_rng_state(state[0])
        np.random.set_state(state[1])  # noqa: NPY002
        (vis_data,) = work_dir.glob('*/vis_data')
        runner.visualizer.close()
        lines = [json.loads(line) for line in (vis_data / 'scalars.json').read_text().splitlines()]
        return SimpleNamespace(
            model=model,
            losses=recorder.losses,
            modes=recorder.modes,
            vis_data=vis_data,
            scalars=[line for line in lines if any(name.startswith('mae/') for name in line)],
            log=next(work_dir.glob('*/*.log')).read_text(),
        )

    return run


@pytest.fixture(scope='session')
def watched(pretrain: Pretrain, held_out: dict[str, Any], probe: dict[str, Any]) -> SimpleNamespace:
    """A pretraining of three epochs that both hooks have watched."""
    return pretrain(
        [
            {
                'type': 'MAEReconstructionHook',
                'dataset': held_out,
                'interval': 2,
                'num_tiles': 36,
                'num_shown': 2,
            },
            {
                'type': 'RepresentationHook',
                'dataset': held_out,
                'probe': probe,
                'interval': 2,
                'num_tiles': 20,
            },
        ]
    )
