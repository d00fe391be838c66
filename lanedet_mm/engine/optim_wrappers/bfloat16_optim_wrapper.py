"""Mixed precision that also runs on a CPU."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.optim import OptimWrapper
from mmengine.runner.amp import autocast
from torch import nn

from lanedet_mm.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class Bfloat16OptimWrapper(OptimWrapper):
    """Forward passes in bfloat16, weights and optimizer in float32.

    bfloat16 has float32's range, so that no loss is scaled; mmengine's `AmpOptimWrapper` always
    scales, and refuses to run without a GPU.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Autocast around mmengine's own context (gradient accumulation)."""
        with super().optim_context(model), autocast(dtype=torch.bfloat16):
            yield
