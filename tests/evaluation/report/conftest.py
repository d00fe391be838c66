from typing import Any

import numpy as np
import pytest
import torch

from lanedet_mm.evaluation.records.sum_tile import sum_tile
from lanedet_mm.evaluation.records.tile_record import TileRecord

CLASSES = ('background', 'solid', 'dashed')
SHIFTS = {'10000001': 0, '20000001': None, '30000001': 1}  # px that the prediction lies aside


class Sample:
    """What `PackLaneInputs` gives, as far as it is read."""

    def __init__(self, name: str, truth: np.ndarray) -> None:
        self.metainfo = {
            'img_path': f'{name}.png',
            'tile_id': name,
            'city': f'city {name[0]}',
            'ground_gsd_m': 0.1,
            'region': (0.0, 0.0, 6.0, 6.0),
        }
        self.gt_sem_seg = type('Data', (), {'data': torch.from_numpy(truth)[None]})()

    def __contains__(self, key: str) -> bool:
        return hasattr(self, key)


class Tiles:
    """A data set of three tiles with a line each, and one without."""

    names = (*SHIFTS, '40000001')

    def __len__(self) -> int:
        return len(self.names)

    def get_data_info(self, index: int) -> dict[str, Any]:
        return {'tile_id': self.names[index]}

    def truth(self, index: int) -> np.ndarray:
        truth = np.zeros((60, 60), np.uint8)
        if self.names[index] in SHIFTS:
            truth[:, 20:22] = 1
        return truth

    def __getitem__(self, index: int) -> dict[str, Any]:
        image = torch.full((3, 60, 60), 90, dtype=torch.uint8)
        return {'inputs': image, 'data_samples': Sample(self.names[index], self.truth(index))}


@pytest.fixture(scope='session')
def tiles() -> Tiles:
    return Tiles()


@pytest.fixture(scope='session')
def records(tiles: Tiles) -> list[TileRecord]:
    """Lane IoU 100, 0, a third, and none."""
    made = []
    for index, name in enumerate(tiles.names):
        predicted = np.zeros((60, 60), np.uint8)
        shift = SHIFTS.get(name)
        if shift is not None:
            predicted[:, 20 + shift : 22 + shift] = 1
        sums = sum_tile(predicted, tiles.truth(index), ground_gsd_m=0.1, num_classes=3)
        scenarios = {'all': sums, 'curve': sums} if name in SHIFTS else {}
        made.append(
            TileRecord(name, f'city {name[0]}', f'block {index}', 0.1, CLASSES, sums, scenarios)
        )
    return made
