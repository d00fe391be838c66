"""Hard pixels that count little before the model can tell what is hard."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from lanedet_mm.engine.hooks.ohem_terms import losses_with_ohem
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class OHEMWarmupHook(Hook):
    """Let the weight of the OHEM term of every `PremiumLoss` rise in a line from 0.

    Of a model that knows nothing yet every pixel is hard, and the hardest are noise. The weight
    depends on the iteration alone, so that a resumed run has the right one.

    Args:
        iters: Iterations until the term has its whole weight.
    """

    priority = 'HIGH'

    def __init__(self, *, iters: int = 500) -> None:
        if iters < 1:
            raise ValueError(f'iters is {iters}; needed is 1 or more')
        self.iters = iters

    def before_train(self, runner: Runner) -> None:
        """Find the losses.

        Raises:
            ValueError: If none has an OHEM term.
        """
        self._losses = losses_with_ohem(runner.model, wanted_by=type(self).__name__)
        self._is_done = False

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """Set the share of the weight; at the end of the rise for the last time."""
        if self._is_done:
            return
        share = min(1.0, runner.iter / self.iters)
        for loss in self._losses:
            loss.ohem_warmup.fill_(share)  # in place, without waiting for the GPU
        self._is_done = share == 1
