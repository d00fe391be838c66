"""Image files to pixels and back, windows over images of any size, processes that write them."""

from lanedet_mm.imagery.ground_place import GroundPlace, pixel_ground_m
from lanedet_mm.imagery.image_error import ImageError
from lanedet_mm.imagery.read_image import read_image, read_stored
from lanedet_mm.imagery.windows import blend_weight, check_window, window_starts
from lanedet_mm.imagery.worker_pool import worker_pool
from lanedet_mm.imagery.write_atomically import write_atomically
from lanedet_mm.imagery.write_class_raster import write_class_raster
from lanedet_mm.imagery.write_image import write_image

__all__ = [
    'GroundPlace',
    'ImageError',
    'blend_weight',
    'check_window',
    'pixel_ground_m',
    'read_image',
    'read_stored',
    'window_starts',
    'worker_pool',
    'write_atomically',
    'write_class_raster',
    'write_image',
]
