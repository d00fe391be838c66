"""Optimizer wrappers."""

from lanedet_mm.engine.optim_wrappers.bfloat16_optim_wrapper import Bfloat16OptimWrapper

__all__ = ['Bfloat16OptimWrapper']
