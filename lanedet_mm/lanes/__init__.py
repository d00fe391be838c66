"""What a lane marking is: annotations, classes, ground scale, masks. Neither torch nor MM here."""

from lanedet_mm.lanes.annotation_error import AnnotationError
from lanedet_mm.lanes.cities import CITIES, city_of
from lanedet_mm.lanes.dividers import dividers
from lanedet_mm.lanes.draw_mask import draw_mask
from lanedet_mm.lanes.ground_scale import ground_scale, latitude_deg, mercator_x, mercator_y
from lanedet_mm.lanes.lane import Lane
from lanedet_mm.lanes.lane_centrelines import LaneCentrelines, move_line
from lanedet_mm.lanes.snap_to_paint import snap_to_paint
from lanedet_mm.lanes.taxonomy import IGNORE_INDEX, TAXONOMIES, Taxonomy
from lanedet_mm.lanes.tile_annotation import TileAnnotation
from lanedet_mm.lanes.weak_mask import weak_mask

__all__ = [
    'CITIES',
    'IGNORE_INDEX',
    'TAXONOMIES',
    'AnnotationError',
    'Lane',
    'LaneCentrelines',
    'Taxonomy',
    'TileAnnotation',
    'city_of',
    'dividers',
    'draw_mask',
    'ground_scale',
    'latitude_deg',
    'mercator_x',
    'mercator_y',
    'move_line',
    'snap_to_paint',
    'weak_mask',
]
