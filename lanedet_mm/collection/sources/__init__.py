"""Sources of unlabeled tiles, one a file."""

from lanedet_mm.collection.sources.raster_source import RasterSource
from lanedet_mm.collection.sources.synthetic_source import SyntheticSource
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource

__all__ = ['RasterSource', 'SyntheticSource', 'UnlabeledSource']
