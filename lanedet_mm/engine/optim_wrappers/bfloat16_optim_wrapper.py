"""Mixed precision that also runs on a CPU."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.logging import print_log
from mmengine.optim import OptimWrapper
from mmengine.runner.amp import autocast
from torch import nn

from lanedet_mm.engine.native_bfloat16 import has_native_bfloat16
from lanedet_mm.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class Bfloat16OptimWrapper(OptimWrapper):
    """Forward passes in bfloat16, weights and optimizer in float32.

    bfloat16 has float32's range, so that no loss is scaled; mmengine's `AmpOptimWrapper` always
    scales, and refuses to run without a GPU. Where a device only emulates bfloat16, which is far
    slower, forward passes stay in float32, and the log says so.

    Args:
        *args: See mmengine's `OptimWrapper`.
        **kwargs: See mmengine's `OptimWrapper`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.native = has_native_bfloat16()
        if not self.native:
            print_log('no instructions for bfloat16 here: training in float32', 'current')

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Autocast around mmengine's own context (gradient accumulation)."""
        mixed = autocast(dtype=torch.bfloat16, enabled=self.native)
        with super().optim_context(model), mixed:
            yield
