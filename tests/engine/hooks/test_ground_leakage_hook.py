from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from lanedet_mm.datasets import AELDataset
from lanedet_mm.engine.hooks import GroundLeakageHook
from lanedet_mm.engine.hooks.ground_leakage_hook import tile_regions
from lanedet_mm.registry import MODELS

CORNERS = {
    '30000001': (0, 0),
    '30000002': (1000, 0),
    '60000001': (5000, 0),
    '60000002': (5032, 0),  # half on the one before
}


@pytest.fixture
def root(
    tmp_path: Path, write_tile: Callable[..., Any], write_manifest: Callable[..., Any]
) -> Path:
    init_default_scope('lanedet_mm')
    for tile_id, corner in CORNERS.items():
        write_tile(tile_id, corner_m=corner)
        write_manifest([tile_id], f'{tile_id}_data.json')
    write_manifest(['30000001', '60000001'], 'train_data.json')
    return tmp_path


def dataset(root: Path, manifest: str) -> AELDataset:
    return AELDataset(data_root=str(root), manifest=f'{manifest}_data.json')


def make_runner(root: Path, *, train: Any, val: str | None, test: str | None, **config: Any) -> Any:  # noqa: ANN401
    """What the hook sees of a runner."""
    if test is not None:
        config['test_dataloader'] = {
            'dataset': {
                'type': 'AELDataset',
                'data_root': str(root),
                'manifest': f'{test}_data.json',
                # Nothing of a pipeline may be built, let alone run.
                'pipeline': [{'type': 'NoSuchTransform'}],
            }
        }
    loop = (
        None
        if val is None
        else SimpleNamespace(dataloader=SimpleNamespace(dataset=dataset(root, val)))
    )
    return SimpleNamespace(
        train_dataloader=SimpleNamespace(dataset=train), val_loop=loop, cfg=Config(config)
    )


def test_new_ground_passes(root: Path) -> None:
    train = dataset(root, 'train')
    GroundLeakageHook().before_train(
        make_runner(root, train=train, val='30000002', test='30000002')
    )
    GroundLeakageHook().before_train(make_runner(root, train=train, val=None, test=None))


@pytest.mark.parametrize(
    ('val', 'test', 'message'),
    [
        (
            '60000002',
            '30000002',
            r'^100\.0% of the 1 val tiles .* cover 50\.0% of their ground\. A',
        ),
        (
            '30000002',
            '30000001',
            r'^100\.0% of the 1 test tiles .* cover 100\.0% of their ground\. A',
        ),
        ('60000002', '60000002', r'50\.0% of their ground; .* test tiles .* 50\.0%'),
    ],
)
def test_seen_ground_stops_training_with_the_numbers(
    root: Path, val: str, test: str, message: str
) -> None:
    runner = make_runner(root, train=dataset(root, 'train'), val=val, test=test)
    with pytest.raises(RuntimeError, match=message) as error:
        GroundLeakageHook().before_train(runner)
    assert 'allow_leakage = True' in str(error.value)


def test_leakage_that_is_allowed_is_told(root: Path) -> None:
    train = dataset(root, 'train')
    runner = make_runner(root, train=train, val='60000002', test=None, allow_leakage=True)
    messages: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            'lanedet_mm.engine.hooks.ground_leakage_hook.print_log',
            lambda message, *_: messages.append(message),
        )
        GroundLeakageHook().before_train(runner)
    assert len(messages) == 1
    assert '100.0% of the 1 val tiles' in messages[0]


def test_wrapped_data_sets_are_looked_into(root: Path) -> None:
    repeated = RepeatDataset(dataset(root, '30000002'), times=3)
    np.testing.assert_array_equal(tile_regions(repeated)[:, 0], [1000])
    wrapped = ConcatDataset([dataset(root, '30000002'), dataset(root, '60000001')])
    regions = tile_regions(wrapped)
    np.testing.assert_array_equal(regions[:, 0], [1000, 5000])
    with pytest.raises(RuntimeError, match=r'50\.0% of their ground'):
        GroundLeakageHook().before_train(
            make_runner(root, train=wrapped, val='60000002', test=None)
        )


class Photographs:
    """Samples of which no region is known."""

    def __init__(self, *infos: dict[str, str]) -> None:
        self.infos = infos

    def __len__(self) -> int:
        return len(self.infos)

    def get_data_info(self, index: int) -> dict[str, str]:
        return self.infos[index]


def photographs(*names: str) -> Photographs:
    return Photographs(*({'img_path': f'{name}.png'} for name in names))


def run_on(train: Any, *, val: Any = None, **config: Any) -> None:  # noqa: ANN401
    val_loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=val)) if val else None
    runner = SimpleNamespace(
        train_dataloader=SimpleNamespace(dataset=train), val_loop=val_loop, cfg=Config(config)
    )
    GroundLeakageHook().before_train(runner)


@pytest.mark.parametrize('plain', [photographs('0', '1'), [1, 2]])
def test_data_sets_without_regions_are_compared_with_no_region(root: Path, plain: Any) -> None:  # noqa: ANN401
    assert tile_regions(plain).shape == (0, 4)
    GroundLeakageHook().before_train(make_runner(root, train=plain, val='60000002', test=None))


def test_other_photographs_pass() -> None:
    run_on(photographs('a', 'b'), val=photographs('c'))
    tiles = [{'img_path': f'{tile}.png', 'block': tile[0]} for tile in ('a_0', 'a_1', 'b_0')]
    run_on(Photographs(*tiles[:2]), val=Photographs(tiles[2]))


def test_photographs_on_both_sides_stop_training_with_the_numbers() -> None:
    """By any path to the file, in a wrapper or not."""
    seen = Photographs({'img_path': 'x/../b.png'}, {'img_path': 'c.png'})
    wrapper = SimpleNamespace(datasets=[photographs('a'), photographs('b')])
    for train in (photographs('a', 'b'), wrapper):
        with pytest.raises(
            RuntimeError, match=r'^1 of the 2 val samples are of .*b\.png\. A score'
        ):
            run_on(train, val=seen)
        run_on(train, val=seen, allow_leakage=True)


def test_tiles_of_one_photograph_are_not_on_both_sides() -> None:
    """SkyScapes' tiles of an image overlap."""
    train, val = ({'img_path': f'{tile}.png', 'block': 'image'} for tile in ('r0', 'r9'))
    with pytest.raises(RuntimeError, match=r'1 of the 1 val samples are of .* such as image'):
        run_on(Photographs(train), val=Photographs(val))


@MODELS.register_module()
class CountingModel(BaseModel):
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, inputs: Any, data_samples: Any, mode: str) -> dict[str, torch.Tensor]:  # noqa: ANN401
        CountingModel.steps += 1
        return {'loss': self.weight.sum()}


@pytest.mark.parametrize('allow', [False, True])
def test_a_real_runner_takes_no_step_on_leaking_ground(root: Path, allow: bool) -> None:
    def loader(manifest: str) -> dict[str, Any]:
        pipeline = [{'type': 'LoadTile'}, {'type': 'DrawLaneMask'}, {'type': 'PackLaneInputs'}]
        return {
            'batch_size': 1,
            'num_workers': 0,
            'sampler': {'type': 'DefaultSampler', 'shuffle': False},
            'dataset': {
                'type': 'AELDataset',
                'data_root': str(root),
                'manifest': f'{manifest}_data.json',
                'pipeline': pipeline,
            },
        }

    config = Config(
        {
            'default_scope': 'lanedet_mm',
            'model': {'type': 'CountingModel'},
            'work_dir': str(root / 'work'),
            'train_dataloader': loader('train'),
            'test_dataloader': loader('60000002'),
            'test_cfg': {},
            'test_evaluator': [],
            'train_cfg': {'by_epoch': False, 'max_iters': 1},
            'optim_wrapper': {'optimizer': {'type': 'SGD', 'lr': 0.1}},
            'custom_hooks': [{'type': 'GroundLeakageHook'}],
            'default_hooks': {'checkpoint': None, 'logger': None},
            'allow_leakage': allow,
            'experiment_name': f'leak_{allow}',
        }
    )
    runner = Runner.from_cfg(config)
    CountingModel.steps = 0
    if allow:
        runner.train()
    else:
        with pytest.raises(RuntimeError, match=r'100\.0% of the 1 test tiles'):
            runner.train()
    assert CountingModel.steps == int(allow)
