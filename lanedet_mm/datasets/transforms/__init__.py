"""From a tile and its polylines to a training sample."""

from lanedet_mm.datasets.transforms.draw_lane_mask import DrawLaneMask
from lanedet_mm.datasets.transforms.draw_weak_mask import DrawWeakMask
from lanedet_mm.datasets.transforms.fourier_amplitude_mix import FourierAmplitudeMix
from lanedet_mm.datasets.transforms.load_class_mask import LoadClassMask
from lanedet_mm.datasets.transforms.load_tile import LoadTile
from lanedet_mm.datasets.transforms.lut_photo_metric_distortion import LutPhotoMetricDistortion
from lanedet_mm.datasets.transforms.pack_lane_inputs import PackLaneInputs
from lanedet_mm.datasets.transforms.pack_unlabeled_inputs import PackUnlabeledInputs
from lanedet_mm.datasets.transforms.random_convolution import RandomConvolution
from lanedet_mm.datasets.transforms.random_lane_crop import RandomLaneCrop
from lanedet_mm.datasets.transforms.random_tile_crop import RandomTileCrop

__all__ = [
    'DrawLaneMask',
    'DrawWeakMask',
    'FourierAmplitudeMix',
    'LoadClassMask',
    'LoadTile',
    'LutPhotoMetricDistortion',
    'PackLaneInputs',
    'PackUnlabeledInputs',
    'RandomConvolution',
    'RandomLaneCrop',
    'RandomTileCrop',
]
