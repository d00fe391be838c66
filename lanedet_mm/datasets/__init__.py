"""Data sets and what turns their files into samples."""

from lanedet_mm.datasets import transforms
from lanedet_mm.datasets.ael_dataset import AELDataset
from lanedet_mm.datasets.image_error import ImageError

__all__ = ['AELDataset', 'ImageError', 'transforms']
