"""Hooks, one a file."""

from lanedet_mm.engine.hooks.channels_last_hook import ChannelsLastHook
from lanedet_mm.engine.hooks.distillation_monitor_hook import DistillationMonitorHook
from lanedet_mm.engine.hooks.early_stopped_distillation_hook import EarlyStoppedDistillationHook
from lanedet_mm.engine.hooks.finite_loss_hook import FiniteLossHook
from lanedet_mm.engine.hooks.freeze_backbone_hook import FreezeBackboneHook
from lanedet_mm.engine.hooks.gradient_norm_hook import GradientNormHook
from lanedet_mm.engine.hooks.ground_leakage_hook import GroundLeakageHook
from lanedet_mm.engine.hooks.mae_reconstruction_hook import MAEReconstructionHook
from lanedet_mm.engine.hooks.num_classes_hook import NumClassesHook
from lanedet_mm.engine.hooks.ohem_fallback_hook import OHEMFallbackHook
from lanedet_mm.engine.hooks.ohem_stats_hook import OHEMStatsHook
from lanedet_mm.engine.hooks.ohem_warmup_hook import OHEMWarmupHook
from lanedet_mm.engine.hooks.representation_hook import RepresentationHook
from lanedet_mm.engine.hooks.speed_comparison_hook import SpeedComparisonHook

__all__ = [
    'ChannelsLastHook',
    'DistillationMonitorHook',
    'EarlyStoppedDistillationHook',
    'FiniteLossHook',
    'FreezeBackboneHook',
    'GradientNormHook',
    'GroundLeakageHook',
    'MAEReconstructionHook',
    'NumClassesHook',
    'OHEMFallbackHook',
    'OHEMStatsHook',
    'OHEMWarmupHook',
    'RepresentationHook',
    'SpeedComparisonHook',
]
