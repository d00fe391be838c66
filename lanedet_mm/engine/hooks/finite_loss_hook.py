"""A training that has lost its way stops."""

import math
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class FiniteLossHook(Hook):
    """Stop when the loss is not finite, before the weights that it has spoilt are saved.

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
            RuntimeError: If the loss is not finite.
        """
        losses = {name: value for name, value in (outputs or {}).items() if 'loss' in name}
        is_last = batch_idx + 1 == len(runner.train_dataloader)
        if not losses or not (is_last or self.every_n_train_iters(runner, self.interval)):
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

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Look at the weights: a step may spoil them from a loss that was finite itself.

        Raises:
            RuntimeError: If a weight is not finite.
        """
        weights = checkpoint['state_dict']
        spoilt = [name for name, value in weights.items() if not torch.isfinite(value).all()]
        if spoilt:
            raise RuntimeError(
                f'{len(spoilt)} of {len(weights)} weights are not finite after iteration '
                f'{checkpoint["meta"]["iter"]}, {spoilt[:3]} among them; they are not saved. Go '
                'on from the checkpoint before, with a lower rate, a longer warm-up, clip_grad, or '
                'float32 (optim_wrapper.type=OptimWrapper)'
            )


def _files(data_batch: dict[str, Any] | None) -> list[str]:
    """The first files of a batch."""
    samples = (data_batch or {}).get('data_samples') or []
    return [str(getattr(one, 'img_path', '?')) for one in samples][:8]
