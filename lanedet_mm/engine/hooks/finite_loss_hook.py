"""A training that has lost its way stops."""

import math
from collections.abc import Iterable
from typing import Any

import torch
from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import Runner
from torch import Tensor

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class FiniteLossHook(Hook):
    """Stop when the loss is not finite, before the weights that it has spoilt are saved.

    mmengine saves on the first of several GPUs alone. Parameters are the same on all of them, so
    that each looks at its own where one will be saved, and all stop together without a word.

    Args:
        interval: Iterations between two looks. Each waits for the GPU, so that a look at every
            iteration costs a GPU time; a loss that is not finite stays so, and is found later.
    """

    priority = 'VERY_HIGH'

    def __init__(self, *, interval: int = 20) -> None:
        if interval < 1:
            raise ValueError(f'interval is {interval}; needed is 1 or more')
        self.interval = interval
        self._last_finite = math.nan

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Look at the loss; an epoch's last one is always looked at, for it is saved thereafter.

        Raises:
            RuntimeError: If the loss is not finite, or the parameters that it leaves to be saved.
        """
        is_last = batch_idx + 1 == len(runner.train_dataloader)
        if is_last or self.every_n_train_iters(runner, self.interval):
            self._check_loss(runner, data_batch, outputs)
        if is_last or any(_saves_now(hook, runner) for hook in runner.hooks):
            _check_weights(inner_model(runner).named_parameters(), runner.iter + 1)

    def before_val_epoch(self, runner: Runner) -> None:
        """Look at the parameters, on all GPUs: validation may find them the best and save them.

        Raises:
            RuntimeError: If one is not finite.
        """
        if runner.iter:
            _check_weights(inner_model(runner).named_parameters(), runner.iter)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Look at all that is saved, on the first GPU: buffers, too, which may differ on others.

        Of several processes, the launcher ends the others when this one stops for a buffer.

        Raises:
            RuntimeError: If a weight is not finite.
        """
        _check_weights(checkpoint['state_dict'].items(), checkpoint['meta']['iter'])

    def _check_loss(
        self, runner: Runner, data_batch: dict[str, Any] | None, outputs: dict[str, Any] | None
    ) -> None:
        losses = {name: value for name, value in (outputs or {}).items() if 'loss' in name}
        if not losses:
            return
        values = {
            name: float(torch.as_tensor(value).detach().mean()) for name, value in losses.items()
        }
        if all(math.isfinite(value) for value in values.values()):
            self._last_finite = values.get('loss', math.nan)
            return
        rate = next(iter(runner.optim_wrapper.get_lr().values()))[0]
        raise RuntimeError(
            f'the loss is not finite in iteration {runner.iter + 1} (epoch {runner.epoch + 1}): '
            f'{values}; the last that was looked at and finite was {self._last_finite:.4g}, the '
            f'learning rate is {rate:.3g}. Nothing was saved since. Try a lower rate, a longer '
            'warm-up, clip_grad, or float32 (optim_wrapper.type=OptimWrapper), and look at the '
            f"batch's files: {_files(data_batch)}"
        )


def _saves_now(hook: Hook, runner: Runner) -> bool:
    """Whether a hook that saves by iterations will save after this one."""
    return (
        isinstance(hook, CheckpointHook)
        and not hook.by_epoch
        and (
            hook.every_n_train_iters(runner, hook.interval, hook.save_begin)
            or (hook.save_last and hook.is_last_train_iter(runner))
        )
    )


def _check_weights(weights: Iterable[tuple[str, Tensor]], iteration: int) -> None:
    finite = {name: bool(torch.isfinite(value).all()) for name, value in weights}
    spoilt = [name for name, is_finite in finite.items() if not is_finite]
    if spoilt:
        raise RuntimeError(
            f'{len(spoilt)} of {len(finite)} weights are not finite after iteration {iteration}, '
            f'{spoilt[:3]} among them; they are not saved. Go on from the checkpoint before, with '
            'a lower rate, a longer warm-up, clip_grad, or float32 '
            '(optim_wrapper.type=OptimWrapper)'
        )


def _files(data_batch: dict[str, Any] | None) -> list[str]:
    """The first files of a batch."""
    samples = (data_batch or {}).get('data_samples') or []
    return [str(getattr(one, 'img_path', '?')) for one in samples][:8]
