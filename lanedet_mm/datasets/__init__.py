"""Data sets and what turns their files into samples."""

from lanedet_mm.datasets import transforms
from lanedet_mm.datasets.ael_dataset import AELDataset
from lanedet_mm.datasets.centreline_dataset import CentrelineDataset
from lanedet_mm.datasets.skyscapes_lane_dataset import SkyScapesLaneDataset
from lanedet_mm.datasets.unlabeled_tile_dataset import UnlabeledTileDataset

__all__ = [
    'AELDataset',
    'CentrelineDataset',
    'SkyScapesLaneDataset',
    'UnlabeledTileDataset',
    'transforms',
]
