"""A pretrained encoder that waits until the rest has learned."""

import logging
import math
from typing import Any

from mmengine.dist import get_world_size
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.model import MMDistributedDataParallel
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import nn

from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class FreezeBackboneHook(Hook):
    """Keep an encoder as it was loaded for the first epochs, then train it with the rest.

    Frozen, its weights get no gradient and so neither a step nor weight decay, its normalization
    does not adapt and its dropout rests. Whether it is frozen depends on the iteration alone, so
    that a resumed run is in the right state. The optimizer holds its weights from the start.

    On several GPUs the config has to set `find_unused_parameters = True`.

    Args:
        epochs: Passes over the data for which it is frozen.
        iters: Iterations, instead of epochs.
        module: Name of the module in the model.
    """

    priority = 'HIGH'

    def __init__(
        self, *, epochs: int | None = None, iters: int | None = None, module: str = 'backbone.vit'
    ) -> None:
        if epochs is not None and iters is not None:
            raise ValueError(f'got epochs {epochs} and iters {iters}; give one of them')
        if (epochs or 0) < 0 or (iters or 0) < 0:
            raise ValueError(f'epochs is {epochs}, iters is {iters}; needed is 0 or more')
        self.epochs = 10 if epochs is None else epochs
        self.iters = iters
        self.module = module
        self._is_frozen = False

    def before_train(self, runner: Runner) -> None:
        """Find the module, and freeze it where the run stands before the thaw.

        Raises:
            ValueError: If the model has no such module.
            RuntimeError: If several processes train and would wait for its gradients for ever.
        """
        self._module = _find(runner.model, self.module)
        self._weights = [one for one in self._module.parameters() if one.requires_grad]
        self._until = self._thaw_iter(runner)
        model = runner.model
        if (
            isinstance(model, MMDistributedDataParallel)
            and self._until > runner.iter
            and not model.find_unused_parameters
        ):
            raise RuntimeError(
                f'{self.module} is to be frozen and several processes train: set '
                'find_unused_parameters = True in the config'
            )
        if self._until >= runner.max_iters and self.iters is None:
            print_log(
                f'{self.epochs} epochs are {self._until} iterations: {self.module} stays frozen to '
                f'the end of the training, iteration {runner.max_iters}',
                'current',
                logging.WARNING,
            )
        self._settle(runner, force=True)

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """Thaw when it is time; until then, put back the mode that a validation has changed."""
        self._settle(runner)

    def _thaw_iter(self, runner: Runner) -> int:
        if self.iters is not None:
            return self.iters
        loader = runner.train_dataloader
        if isinstance(runner.train_loop, EpochBasedTrainLoop):
            return self.epochs * len(loader)
        # Endless samplers say the length of the whole data; each process has its share of it.
        return math.ceil(self.epochs * len(loader) / get_world_size())

    def _settle(self, runner: Runner, *, force: bool = False) -> None:
        freeze = runner.iter < self._until
        if freeze:
            self._module.eval()
        if freeze == self._is_frozen and not force:
            return
        for weight in self._weights:
            weight.requires_grad_(not freeze)
            if freeze:
                weight.grad = None
        if not freeze:
            self._module.train()
        if freeze or self._is_frozen:
            state = f'frozen until iteration {self._until}' if freeze else 'trains from now on'
            print_log(f'{self.module} {state}', 'current')
        self._is_frozen = freeze


def _find(model: nn.Module, name: str) -> nn.Module:
    inner = model.module if isinstance(model, MMDistributedDataParallel) else model
    try:
        return inner.get_submodule(name)
    except AttributeError:
        there = [key for key, _ in inner.named_modules() if key.count('.') <= 1 and key]
        raise ValueError(f'the model has no module {name!r} to freeze; it has {there}') from None
