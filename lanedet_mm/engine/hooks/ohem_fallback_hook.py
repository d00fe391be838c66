"""Less weight for hard pixels where they make the gradients explode."""

import logging
import math
from collections import deque
from statistics import median
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from lanedet_mm.engine.hooks.gradient_norm_hook import GradientNormHook, clips_by_norm
from lanedet_mm.engine.hooks.ohem_terms import losses_with_ohem
from lanedet_mm.registry import HOOKS

_NORM, _FACTOR = 'train/grad_norm', 'ohem_fallback'


@HOOKS.register_module()
class OHEMFallbackHook(Hook):
    """Lower the weight of the OHEM term of every `PremiumLoss` when gradients explode.

    A norm has exploded if it is not finite or far above the median of the normal ones before it.
    Nothing is judged before `needed` normal norms were seen, here or since a resume: a run starts
    with large ones, and the gradient scaler of `AmpOptimWrapper` with infinite ones. Exploded norms
    are not normal; if the level of the norms rises for good, the weight falls until it fits.

    Only a gradient scaler survives a norm that is not finite, by leaving out the step; without one
    that step spoils the weights, and `FiniteLossHook` is what helps.

    The factor is kept in the message hub and so in the checkpoints. Norms are the same on all
    GPUs (gradients are averaged before), so that all processes decide alike. `train/ohem_weight` is
    the weight times the factor, without `OHEMWarmupHook`'s share, of the first loss if there are
    several.

    Args:
        factor: A norm above so many times the median has exploded.
        window: Normal norms that the median is of.
        patience: Exploded norms in a row that lower the weight; then it counts anew.
        lower_to: What the weight is multiplied by, in [0, 1).
        least: Least factor of the weight, in [0, 1].
        needed: Normal norms before the first judgement.
    """

    def __init__(
        self,
        *,
        factor: float = 10.0,
        window: int = 100,
        patience: int = 3,
        lower_to: float = 0.5,
        least: float = 0.0,
        needed: int = 20,
    ) -> None:
        if factor <= 1 or not 1 <= needed <= window or patience < 1:
            raise ValueError(
                f'factor {factor}, needed {needed}, window {window}, patience {patience}; needed '
                'are a factor above 1, 1 <= needed <= window, a patience of 1 or more'
            )
        if not 0 <= lower_to < 1 or not 0 <= least <= 1:
            raise ValueError(
                f'lower_to is {lower_to}, least is {least}; needed are [0, 1) and [0, 1]'
            )
        self.factor = factor
        self.window = window
        self.patience = patience
        self.lower_to = lower_to
        self.least = least
        self.needed = needed

    def before_train(self, runner: Runner) -> None:
        """Find the losses, and give them the factor that a resumed run had.

        Raises:
            ValueError: If no loss has an OHEM term, or if nobody measures every gradient norm.
        """
        self._losses = losses_with_ohem(runner.model, wanted_by=type(self).__name__)
        every = (isinstance(one, GradientNormHook) and one.interval == 1 for one in runner.hooks)
        if not clips_by_norm(runner.optim_wrapper) and not any(every):
            raise ValueError(
                f'nobody writes the {_NORM} of every iteration, which OHEMFallbackHook needs: set '
                "optim_wrapper.clip_grad=dict(max_norm=...) or add dict(type='GradientNormHook', "
                'interval=1) to custom_hooks'
            )
        self._normal: deque[float] = deque(maxlen=self.window)
        self._in_a_row = 0
        self._history = self._norms(runner)
        # Two runs of one name in the same process and second have the same hub.
        self._set(runner, runner.message_hub.get_info(_FACTOR, 1.0) if runner.iter else 1.0)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Judge the norm of the step, if there was one."""
        history = self._norms(runner)
        if history is not self._history:  # a new array with each norm; none where none was taken
            self._history = history
            self._judge(runner, float(history[-1]))
        runner.message_hub.update_scalar('train/ohem_weight', self._weight())

    def _judge(self, runner: Runner, norm: float) -> None:
        usual = median(self._normal) if len(self._normal) >= self.needed else math.nan
        # Comparing with nan is false: before there is a median, nothing finite has exploded.
        if math.isfinite(norm) and not norm > self.factor * usual:
            self._normal.append(norm)
            self._in_a_row = 0
            return
        if math.isnan(usual):
            return
        self._in_a_row += 1
        if self._in_a_row == self.patience:
            self._lower(runner, norm, usual)
            self._in_a_row = 0

    def _lower(self, runner: Runner, norm: float, usual: float) -> None:
        before = self._weight()
        self._set(runner, max(self._share * self.lower_to, min(self._share, self.least)))
        print_log(
            f'gradients have exploded {self.patience} times in a row, last in iteration '
            f'{runner.iter + 1}: norm {norm:.4g}, median of the last {len(self._normal)} normal '
            f'ones {usual:.4g}; the weight of OHEM goes from {before:.4g} to {self._weight():.4g}',
            'current',
            logging.WARNING,
        )

    def _set(self, runner: Runner, share: float) -> None:
        self._share = share
        runner.message_hub.update_info(_FACTOR, share)
        for loss in self._losses:
            loss.ohem_fallback.fill_(share)

    def _weight(self) -> float:
        return self._losses[0].weights['ohem'] * self._share

    @staticmethod
    def _norms(runner: Runner) -> Any:  # noqa: ANN401 - numpy's, or None before the first
        scalars = runner.message_hub.log_scalars
        return scalars[_NORM].data[0] if _NORM in scalars else None
