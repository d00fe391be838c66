"""Which pixels a model finds hard."""

import colorsys
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
import torch
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.runner import Runner
from numpy.typing import NDArray
from torch import Tensor, nn

from lanedet_mm.models.losses import OHEMCrossEntropyLoss, pixel_cross_entropy
from lanedet_mm.registry import HOOKS
from lanedet_mm.visualization.kept_pixels import kept_pixels_sheet


@HOOKS.register_module()
class OHEMStatsHook(Hook):
    """Write how many pixels `OHEMCrossEntropyLoss` keeps and of which classes, and draw them.

    Writes `train/ohem_kept_share`, kept of the valid pixels, `train/ohem_kept_share_of_<class>`,
    those of a true class of the kept pixels, and the picture `ohem_kept`. The selection is made
    again, from what the loss was called with; of several calls in an iteration (deep supervision,
    several heads) the first counts, and of several GPUs the first one's batch. In between nothing
    is kept or computed.

    Stands before `LoggerHook`, so that a line of the log has the numbers of its own iteration.

    Args:
        interval: Iterations between two measurements.
        picture_interval: Iterations between two pictures.
        num_shown: Images of a picture, the first of the batch.
    """

    def __init__(
        self, *, interval: int = 50, picture_interval: int = 500, num_shown: int = 4
    ) -> None:
        if min(interval, picture_interval, num_shown) < 1:
            raise ValueError(
                f'interval {interval}, picture_interval {picture_interval}, num_shown '
                f'{num_shown}; needed is 1 or more of each'
            )
        self.interval = interval
        self.picture_interval = picture_interval
        self.num_shown = num_shown
        self._handles: list[Any] = []
        self._call: _LossCall | None = None

    def before_train(self, runner: Runner) -> None:
        """Find the losses.

        Raises:
            ValueError: If there are none.
        """
        modules = runner.model.modules()
        self._losses = [one for one in modules if isinstance(one, OHEMCrossEntropyLoss)]
        if not self._losses:
            raise ValueError(
                'the model has no OHEMCrossEntropyLoss to watch: use it or a PremiumLoss with '
                'ohem_weight above 0 in loss_decode, or take OHEMStatsHook out of the '
                "config's custom_hooks"
            )

    @master_only
    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict[str, Any] | None = None
    ) -> None:
        """When due, listen to the losses."""
        due = (self.interval, self.picture_interval)
        if any(self.every_n_train_iters(runner, interval) for interval in due):
            self._handles = [
                loss.register_forward_hook(self._keep, with_kwargs=True) for loss in self._losses
            ]

    @master_only
    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Stop listening; write and draw what was heard."""
        while self._handles:
            self._handles.pop().remove()
        call, self._call = self._call, None
        if call is None:
            return
        kept, meta = call.kept(), _metainfo(runner, call.logits.shape[1])
        if self.every_n_train_iters(runner, self.interval):
            for name, value in call.shares(kept, meta['classes']).items():
                runner.message_hub.update_scalar(f'train/{name}', value)
        if self.every_n_train_iters(runner, self.picture_interval):
            truth = call.label.where(call.label != call.ignore_index, 255)[: self.num_shown]
            truths = truth.cpu().numpy().astype(np.uint8)
            sheet = kept_pixels_sheet(
                _images((data_batch or {})['inputs'], truths.shape),
                truths,
                call.logits[: self.num_shown].argmax(1).cpu().numpy().astype(np.uint8),
                kept[: self.num_shown].cpu().numpy(),
                **meta,
            )
            runner.visualizer.add_image('ohem_kept', sheet, step=runner.iter + 1)

    def _keep(
        self, loss: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], _: Tensor
    ) -> None:
        if self._call is None:
            given = signature(loss.forward).bind(*args, **kwargs)
            given.apply_defaults()
            logits, label = given.arguments['logits'].detach(), given.arguments['label']
            self._call = _LossCall(loss, logits, label, given.arguments['ignore_index'])


@dataclass(frozen=True)
class _LossCall:
    """A loss with what it was called with: logits (N, C, H, W) and labels (N, H, W)."""

    loss: nn.Module
    logits: Tensor
    label: Tensor
    ignore_index: int

    @torch.no_grad()
    def kept(self) -> Tensor:
        """The pixels that are kept, boolean, shape (N, H, W)."""
        loss = pixel_cross_entropy(self.logits.float(), self.label, ignore_index=self.ignore_index)
        assert isinstance(self.loss, OHEMCrossEntropyLoss)
        return self.loss.hard(loss, self.label, self.ignore_index)

    def shares(self, kept: Tensor, classes: tuple[str, ...]) -> dict[str, float]:
        """What is written; nothing of what would be 0 / 0."""
        masks = [kept & (self.label == index) for index in range(len(classes))]
        masks += [kept, self.label != self.ignore_index]
        *each, count, valid = torch.stack([mask.sum() for mask in masks]).tolist()
        shares = {'ohem_kept_share': count / valid} if valid else {}
        if count:
            for name, some in zip(classes, each, strict=True):
                shares[f'ohem_kept_share_of_{name}'] = some / count
        return shares


def _metainfo(runner: Runner, num_classes: int) -> dict[str, Any]:
    """Names and RGB colours of the classes; indices and hues where the data set does not know."""
    said = getattr(runner.train_dataloader.dataset, 'metainfo', None) or {}
    indices = range(num_classes)
    hues = [colorsys.hsv_to_rgb(index / num_classes, 0.8, 1.0) for index in indices]
    known: dict[str, Any] = {
        'classes': [str(index) for index in indices],
        'palette': [[round(255 * part) for part in hue] for hue in hues],
    }
    for key in known:
        if len(said.get(key) or ()) == num_classes:
            known[key] = said[key]
    return {key: tuple(value) for key, value in known.items()}


def _images(inputs: Any, shape: tuple[int, ...]) -> NDArray[np.uint8]:  # noqa: ANN401
    """Images as the loader gave them, BGR, at the size of the labels, which may be padded."""
    images = np.zeros((*shape, 3), np.uint8)
    for image, one in zip(images, inputs, strict=False):
        pixels = one.permute(1, 2, 0)[: shape[1], : shape[2]].clamp(0, 255).byte().cpu().numpy()
        image[: pixels.shape[0], : pixels.shape[1]] = pixels
    return images
