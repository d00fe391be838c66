"""What the losses of a decode head share."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from lanedet_mm.models.losses.weighted_loss import WeightedLoss, precise


class SegmentationLoss(WeightedLoss, ABC):
    """A loss as mmseg's decode heads call it, in float32 also under mixed precision.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

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
            weight: Of mmseg's pixel samplers, which weigh cross entropy alone; must be None.
            ignore_index: Label of the pixels that count for nothing.

        Returns:
            Scalar; 0 with a gradient path where no pixel is valid.

        Raises:
            ValueError: If there are weights.
        """
        if weight is not None:
            raise ValueError(
                f'{type(self).__name__} got weights of a pixel sampler; set `sampler=None`'
            )
        with torch.autocast(logits.device.type, enabled=False):
            return self.loss_weight * self.value(precise(logits), label, ignore_index)

    @abstractmethod
    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """The loss before its weight, of float32 logits."""
