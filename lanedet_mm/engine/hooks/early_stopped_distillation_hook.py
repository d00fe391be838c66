"""A teacher that is heard at first, and then no more."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.models.distillers import SegmentorDistiller
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class EarlyStoppedDistillationHook(Hook):
    """Let a student learn from its teacher for the first iterations, then from the labels alone.

    A teacher speeds up a small student, and later holds back one that cannot follow it in all it
    does (Cho and Hariharan 2019, arXiv:1910.01348). After the stop the labels' loss has its whole
    weight, whatever `alpha` is, and the teacher is not computed. Whether it is heard depends on the
    iteration alone, so that a resumed run is in the right state.

    Args:
        iters: Iterations in which the teacher is heard; 0 for none.
    """

    priority = 'HIGH'

    def __init__(self, *, iters: int) -> None:
        if iters < 0:
            raise ValueError(f'iters is {iters}; needed is 0 or more')
        self.iters = iters

    def before_train(self, runner: Runner) -> None:
        """Find the distiller.

        Raises:
            ValueError: If there is none.
        """
        model = inner_model(runner)
        if not isinstance(model, SegmentorDistiller):
            raise ValueError(
                f'the model is a {type(model).__name__}; needed is a SegmentorDistiller: use one, '
                "or take EarlyStoppedDistillationHook out of the config's custom_hooks"
            )
        self._model = model

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """Set whether the teacher is heard."""
        hears = runner.iter < self.iters
        if self._model.hears_teacher and not hears:
            print_log(f'no teacher from iteration {runner.iter} on', 'current')
            self._forget(runner)
        self._model.hears_teacher = hears

    def _forget(self, runner: Runner) -> None:
        """Leave the teacher's last figures out of the log, which would repeat them to the end."""
        losses = {f'train/{name}' for name in self._model.soft_loss_names}
        figures = runner.message_hub.log_scalars
        for name in [one for one in figures if one in losses or one.startswith('train/kd_')]:
            del figures[name]
