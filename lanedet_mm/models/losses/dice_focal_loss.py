"""Dice and focal loss for classes that cover a percent of the image."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lanedet_mm.models.losses.one_hot_truth import one_hot_truth
from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
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
    truth = one_hot_truth(label, prob, ignore_index=ignore_index)
    valid = (label != ignore_index).unsqueeze(1)
    overlap = (prob * truth).sum(dim=(0, 2, 3))
    total = (prob * valid + truth).sum(dim=(0, 2, 3))
    smooth = 1.0 / prob.shape[1]  # in pixels: too little to move a class that is there
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
class DiceFocalLoss(SegmentationLoss):
    """`dice_weight * (1 - mean class Dice) + focal_weight * focal`.

    Args:
        dice_weight: Weight of the Dice part.
        focal_weight: Weight of the focal part.
        gamma: Exponent of the focal factor.
        alpha: Share of the focal part's weight that lanes get, `1 - alpha` being the background's,
            in (0, 1) (Lin et al. 2017, equation 3); None weighs both alike.
        class_weight: Weight of each class in the focal part, background first; None weighs all
            alike, which found lanes better than 1 / 5 / 5 (docs/benchmarks.md).
        label_smoothing: Of the focal part, in [0, 1).
        loss_weight: Factor of the whole.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    class_weight: Tensor | None

    def __init__(
        self,
        *,
        dice_weight: float = 0.6,
        focal_weight: float = 0.4,
        gamma: float = 2.0,
        alpha: float | None = None,
        class_weight: Sequence[float] | None = None,
        label_smoothing: float = 0.05,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_dice_focal',
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        if alpha is not None and not 0 < alpha < 1:
            raise ValueError(f'alpha is {alpha}; needed is a share of the weight in (0, 1)')
        self.dice_weight = dice_weight
        self.focal_weight = focal_weight
        self.gamma = gamma
        self.alpha = alpha
        self.label_smoothing = label_smoothing
        # On the logits' device without a copy in the step, and in no checkpoint.
        weight = None if class_weight is None else torch.tensor(tuple(class_weight))
        self.register_buffer('class_weight', weight, persistent=False)

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """The weighted sum of both parts."""
        dice = class_dice(logits.softmax(dim=1), label, ignore_index=ignore_index)
        focal = focal_loss(
            logits,
            label,
            gamma=self.gamma,
            class_weight=self._weight(logits),
            label_smoothing=self.label_smoothing,
            ignore_index=ignore_index,
        )
        return self.dice_weight * (1 - dice.mean()) + self.focal_weight * focal

    def _weight(self, logits: Tensor) -> Tensor | None:
        """Class weights times alpha."""
        classes, weight = logits.shape[1], self.class_weight
        if weight is not None and len(weight) != classes:
            raise ValueError(
                f'{len(weight)} class weights for {classes} classes; '
                'give one weight per class, background first'
            )
        if self.alpha is None:
            return weight
        balance = logits.new_full((classes,), self.alpha)
        balance[0] = 1 - self.alpha
        return balance if weight is None else balance * weight
