"""Hooks, one a file."""

from lanedet_mm.engine.hooks.channels_last_hook import ChannelsLastHook
from lanedet_mm.engine.hooks.freeze_backbone_hook import FreezeBackboneHook
from lanedet_mm.engine.hooks.ground_leakage_hook import GroundLeakageHook

__all__ = ['ChannelsLastHook', 'FreezeBackboneHook', 'GroundLeakageHook']
