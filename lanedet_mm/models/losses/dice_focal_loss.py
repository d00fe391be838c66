"""Dice and focal loss for classes that cover a percent of the image."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lanedet_mm.registry import MODELS


def class_dice(prob: Tensor, label: Tensor, *, ignore_index: int = 255) -> Tensor:
    """Dice coefficient of each class over the valid pixels of the whole batch.

    `2 |P T| / (|P| + |T|)` (Milletari et al. 2016, without squares). A class that is neither
    there nor predicted is perfect.

    Args:
        prob: Class probabilities in [0, 1], shape (N, C, H, W).
        label: Class indices, shape (N, H, W).
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Dice coefficients in [0, 1], shape (C,).
    """
    classes = prob.shape[1]
    valid = label != ignore_index
    # One hot by scatter keeps the (N, C, H, W) layout; ignored pixels fall out with `valid`.
    truth = torch.zeros_like(prob).scatter_(1, label.where(valid, 0).unsqueeze(1), 1)
    valid = valid.unsqueeze(1).to(prob.dtype)
    truth, prob = truth * valid, prob * valid
    overlap = (prob * truth).sum(dim=(0, 2, 3))
    total = (prob + truth).sum(dim=(0, 2, 3))
    smooth = 1.0 / classes  # in pixels: too little to move a class that is there
    return (2 * overlap + smooth) / (total + smooth)


def focal_loss(
    logits: Tensor,
    label: Tensor,
    *,
    gamma: float = 2.0,
    class_weight: Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = 255,
) -> Tensor:
    """Focal loss, mean over the valid pixels (Lin et al. 2017).

    `(1 - p_t)**gamma * CE` with p_t the probability of the pixel's own true class. The class
    weights have mean 1 over the valid pixels, so that they move the balance and not the scale.

    Args:
        logits: Shape (N, C, H, W).
        label: Class indices, shape (N, H, W).
        gamma: How much easy pixels count less; 0 is cross entropy.
        class_weight: Weight of each class, shape (C,).
        label_smoothing: Share of the target that goes to all classes alike, in [0, 1).
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Scalar; 0 with a gradient path where no pixel is valid.
    """
    valid = label != ignore_index
    target = label.where(valid, 0)
    log_prob = F.log_softmax(logits, dim=1)
    true_log_prob = log_prob.gather(1, target.unsqueeze(1)).squeeze(1)
    entropy = -true_log_prob
    if label_smoothing:
        entropy = (1 - label_smoothing) * entropy - label_smoothing * log_prob.mean(dim=1)
    weight = valid.to(logits.dtype)
    if class_weight is not None:
        weight = weight * class_weight.to(logits)[target]
    loss = (1 - true_log_prob.exp()) ** gamma * entropy
    return (loss * weight).sum() / weight.sum().clamp(min=1e-6)


@MODELS.register_module()
class DiceFocalLoss(nn.Module):
    """`dice_weight * (1 - mean class Dice) + focal_weight * focal`, in float32.

    Args:
        dice_weight: Weight of the Dice part.
        focal_weight: Weight of the focal part.
        gamma: Exponent of the focal factor.
        class_weight: Weight of each class in the focal part; None weighs all alike.
        label_smoothing: Of the focal part, in [0, 1).
        loss_weight: Factor of the whole.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self,
        *,
        dice_weight: float = 0.6,
        focal_weight: float = 0.4,
        gamma: float = 2.0,
        class_weight: Sequence[float] | None = None,
        label_smoothing: float = 0.05,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_dice_focal',
    ) -> None:
        super().__init__()
        if not loss_name.startswith('loss_'):
            raise ValueError(f"loss_name is {loss_name!r}; without 'loss_' in front nothing learns")
        self.dice_weight = dice_weight
        self.focal_weight = focal_weight
        self.gamma = gamma
        self.class_weight = tuple(class_weight) if class_weight is not None else None
        self.label_smoothing = label_smoothing
        self.loss_weight = loss_weight
        self.loss_name = loss_name

    def forward(
        self,
        logits: Tensor,
        label: Tensor,
        weight: Tensor | None = None,
        ignore_index: int = 255,
    ) -> Tensor:
        """Loss of a batch.

        Args:
            logits: Shape (N, C, H, W).
            label: Class indices, shape (N, H, W).
            weight: Of mmseg's pixel samplers, which this loss does not go with; must be None.
            ignore_index: Label of the pixels that count for nothing.

        Returns:
            Scalar.
        """
        if weight is not None:
            raise ValueError('DiceFocalLoss got weights of a pixel sampler; set `sampler=None`')
        with torch.autocast(logits.device.type, enabled=False):
            logits = logits.float()
            dice = class_dice(logits.softmax(dim=1), label, ignore_index=ignore_index)
            focal = focal_loss(
                logits,
                label,
                gamma=self.gamma,
                class_weight=self._class_weight(logits),
                label_smoothing=self.label_smoothing,
                ignore_index=ignore_index,
            )
            loss = self.dice_weight * (1 - dice.mean()) + self.focal_weight * focal
            return self.loss_weight * loss

    def _class_weight(self, logits: Tensor) -> Tensor | None:
        """The class weights on the logits' device."""
        if self.class_weight is None:
            return None
        if len(self.class_weight) != logits.shape[1]:
            raise ValueError(
                f'{len(self.class_weight)} class weights for {logits.shape[1]} classes; '
                'give one weight per class, background first'
            )
        return logits.new_tensor(self.class_weight)
