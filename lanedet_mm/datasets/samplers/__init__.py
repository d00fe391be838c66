"""In which order samples are seen."""

from lanedet_mm.datasets.samplers.balanced_sampler import BalancedSampler
from lanedet_mm.datasets.samplers.mixed_batch_sampler import MixedBatchSampler

__all__ = ['BalancedSampler', 'MixedBatchSampler']
