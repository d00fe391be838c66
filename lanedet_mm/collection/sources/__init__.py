"""Sources of unlabeled tiles, one a file."""

from lanedet_mm.collection.sources.ael_source import AELSource
from lanedet_mm.collection.sources.carla_source import CarlaSource
from lanedet_mm.collection.sources.cityscapes_source import CityscapesSource
from lanedet_mm.collection.sources.raster_source import RasterSource
from lanedet_mm.collection.sources.sky_scapes_source import SkyScapesSource
from lanedet_mm.collection.sources.synthetic_source import SyntheticSource
from lanedet_mm.collection.sources.tile_server_source import TileServerSource
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource

__all__ = [
    'AELSource',
    'CarlaSource',
    'CityscapesSource',
    'RasterSource',
    'SkyScapesSource',
    'SyntheticSource',
    'TileServerSource',
    'UnlabeledSource',
]
