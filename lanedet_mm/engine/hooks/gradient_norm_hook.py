"""How large the gradients of each part of a model are."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import nn
from torch.optim import Optimizer

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class GradientNormHook(Hook):
    """Write the 2-norm of the gradients of each part, `train/grad_norm_<part>`.

    Parameters of the optimizer outside all parts are the part `rest`, where there are any. Where
    the optimizer wrapper does not clip by norm, and so write it itself, the total is written too,
    as `train/grad_norm`. All are norms before clipping by norm and, with a gradient scaler, without
    its scale; clipping by value cannot be undone and shows.

    Gradients are read just before the optimizer steps, which is after the clipping: what
    `clip_grad_norm_` has multiplied them by follows from the total that the wrapper wrote, so that
    no norm is taken twice. A due iteration without a step (gradients are accumulated, or the scaler
    found one that is not finite) is made up for at the next step. It costs one wait for the GPU
    when due, nothing in between. mmengine's log shows the mean of the last ten values written, as
    of every key with `grad_norm`.

    Args:
        interval: Iterations between two measurements.
        parts: Names of modules of the model; one may lie in another.
    """

    def __init__(
        self, *, interval: int = 50, parts: Sequence[str] = ('backbone', 'decode_head')
    ) -> None:
        if interval < 1:
            raise ValueError(f'interval is {interval}; needed is 1 or more')
        self.interval = interval
        self.parts = tuple(parts)
        self._handle: Any = None
        self._is_measured = False

    def before_train(self, runner: Runner) -> None:
        """Find the parts.

        Raises:
            ValueError: If the model has no such module.
        """
        self._runner = runner
        model = inner_model(runner)
        self._members = {
            part: {id(weight) for weight in _find(model, part).parameters()} for part in self.parts
        }

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """When due, wait for the step."""
        if self._handle is None and self.every_n_train_iters(runner, self.interval):
            optimizer = runner.optim_wrapper.optimizer
            self._handle = optimizer.register_step_pre_hook(self._measure)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Wait no longer once it is measured."""
        if self._is_measured:
            self._handle.remove()
            self._handle, self._is_measured = None, False

    def _measure(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        """Write the norms, between backward and step."""
        self._is_measured = True
        groups = optimizer.param_groups
        held = [one for group in groups for one in group['params'] if one.grad is not None]
        if not held:
            return
        norms = torch.stack(torch._foreach_norm([one.grad for one in held]))
        # A fused optimizer takes the scale of the loss away itself, in its step.
        scale = getattr(optimizer, 'grad_scale', None)
        squares = [norm * norm for norm in (norms if scale is None else norms / scale).tolist()]
        square_of = dict(zip(map(id, held), squares, strict=True))
        members = dict(self._members)
        if rest := set(square_of).difference(*members.values()):
            members['rest'] = rest
        hub, undo = self._runner.message_hub, self._undo_clipping()
        for part, some in members.items():
            total = sum(square_of[one] for one in some & set(square_of))
            hub.update_scalar(f'train/grad_norm_{part}', undo * math.sqrt(total))
        if not clips_by_norm(self._runner.optim_wrapper):
            hub.update_scalar('train/grad_norm', math.sqrt(sum(squares)))

    def _undo_clipping(self) -> float:
        """What the gradients have to be multiplied by to be as before."""
        wrapper = self._runner.optim_wrapper
        if not clips_by_norm(wrapper):
            return 1.0
        total = float(self._runner.message_hub.get_scalar('train/grad_norm').current())
        # 1e-6 is what torch adds.
        return max(1.0, (total + 1e-6) / wrapper.clip_grad_kwargs['max_norm'])


def clips_by_norm(wrapper: OptimWrapper) -> bool:
    """Whether an optimizer wrapper clips gradients by their norm and writes it at each step."""
    return bool(wrapper.clip_grad_kwargs) and wrapper.grad_name == 'grad_norm'


def _find(model: nn.Module, name: str) -> nn.Module:
    try:
        return model.get_submodule(name)
    except AttributeError:
        there = [key for key, _ in model.named_modules() if key.count('.') <= 1 and key]
        raise ValueError(
            f'the model has no module {name!r} to measure the gradients of; it has {there}'
        ) from None
