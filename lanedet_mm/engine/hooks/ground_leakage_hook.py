"""No training on the ground that it is judged on."""

import copy
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from numpy.typing import NDArray

from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage
from lanedet_mm.registry import DATASETS, HOOKS


@HOOKS.register_module()
class GroundLeakageHook(Hook):
    """Stop before the first step if validation or test ground overlaps training ground.

    Samples that carry a region in EPSG:3857 are compared by their ground, others by the photograph
    that they are of (`block`, which `SkyScapesLaneDataset` gives its tiles, or the file). Wrappers
    such as `ConcatDataset` and `RepeatDataset` are looked into. With `allow_leakage = True` in the
    config it warns instead.
    """

    priority = 'VERY_HIGH'

    def before_train(self, runner: Runner) -> None:
        """Compare the ground; every rank does so and comes to the same end.

        Raises:
            RuntimeError: If ground is shared, with the numbers of each side.
        """
        train = _dataset(runner.train_dataloader)
        regions, photographs = tile_regions(train), set(unplaced_photographs(train))
        if not len(regions) and not photographs:
            return
        sides = {'val': runner.val_loop.dataloader if runner.val_loop is not None else None}
        sides['test'] = runner.cfg.get('test_dataloader')
        leaks = [
            leak
            for side, loader in sides.items()
            if loader is not None
            for leak in _leaks(side, _dataset(loader), regions, photographs)
        ]
        if not leaks:
            return
        numbers = '; '.join(leaks)
        if not runner.cfg.get('allow_leakage', False):
            raise RuntimeError(
                f'{numbers}. A score on seen ground says nothing about new ground: train on a '
                'split of tools/split_data.py (spatial, leave-one-city-out) or on other '
                'photographs, or set allow_leakage = True in the config'
            )
        print_log(f'allow_leakage is set: {numbers}', 'current', logging.WARNING)


def tile_regions(dataset: Any) -> NDArray[np.float64]:  # noqa: ANN401 - any of mmengine's
    """Boxes of a data set's tiles in EPSG:3857 metres, shape (N, 4); N is 0 where it has none."""
    regions = [info['region'] for info in _infos(dataset) if 'region' in info]
    return np.array(regions, dtype=np.float64).reshape(-1, 4)


def unplaced_photographs(dataset: Any) -> list[str]:  # noqa: ANN401 - any of mmengine's
    """The photograph of each sample of which no region is known."""
    infos = (info for info in _infos(dataset) if 'region' not in info and 'img_path' in info)
    return [str(info.get('block') or Path(info['img_path']).resolve()) for info in infos]


def _leaks(
    side: str,
    dataset: Any,  # noqa: ANN401 - any of mmengine's
    regions: NDArray[np.float64],
    photographs: set[str],
) -> Iterator[str]:
    """What a side shares with the training side's regions and photographs, in numbers."""
    measured = GroundLeakage.measure(side, tile_regions(dataset), regions)
    if measured.overlapping > 0:
        yield str(measured)
    tested = unplaced_photographs(dataset)
    seen = [one for one in tested if one in photographs]
    if seen:
        yield (
            f'{len(seen)} of the {len(tested)} {side} samples are of photographs that training '
            f'samples are of, such as {seen[0]}'
        )


def _infos(dataset: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any of mmengine's
    """What a data set, or those that it wraps, know of each sample without reading it."""
    inner = getattr(dataset, 'datasets', None) or [
        one for one in [getattr(dataset, 'dataset', None)] if one is not None
    ]
    for one in inner:
        yield from _infos(one)
    if not inner and hasattr(dataset, 'get_data_info'):
        yield from (dataset.get_data_info(index) for index in range(len(dataset)))


def _dataset(dataloader: Any) -> Any:  # noqa: ANN401 - a loader, or the config of one
    """Data set of a loader; that of a loader which is not built yet comes without pipeline."""
    if not isinstance(dataloader, dict):
        return dataloader.dataset
    dataset = dataloader['dataset']
    return DATASETS.build(_without_pipeline(dataset)) if isinstance(dataset, dict) else dataset


def _without_pipeline(config: Any) -> Any:  # noqa: ANN401 - a config, however nested
    """Config of a data set that reads no image."""
    if isinstance(config, dict):
        config = copy.copy(config)
        for key in config:
            config[key] = [] if key == 'pipeline' else _without_pipeline(config[key])
        return config
    return [_without_pipeline(one) for one in config] if isinstance(config, list) else config
