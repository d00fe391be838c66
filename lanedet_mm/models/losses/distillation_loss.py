"""What the losses between a student and its teacher share."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from lanedet_mm.models.losses.weighted_loss import WeightedLoss, precise


class DistillationLoss(WeightedLoss, ABC):
    """A loss between two networks, in float32 also under mixed precision.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def forward(self, student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
        """Loss of a batch.

        Args:
            student: Its logits, or features, shape (N, C, H, W).
            teacher: The same of the teacher; no gradient flows there.
            valid: Which pixels count, boolean, shape (N, H, W).

        Returns:
            Scalar; 0 with a gradient path where no pixel is valid.

        Raises:
            ValueError: If the shapes differ.
        """
        pixels = (student.shape[0], *student.shape[2:])
        if student.shape != teacher.shape or valid.shape != pixels:
            raise ValueError(
                f'{type(self).__name__} got {tuple(student.shape)} of the student, '
                f'{tuple(teacher.shape)} of the teacher and valid pixels {tuple(valid.shape)}; '
                'needed are the same (N, C, H, W) twice and its (N, H, W): channels that differ '
                'cannot be compared, sizes can be resized'
            )
        with torch.autocast(student.device.type, enabled=False):
            value = self.value(precise(student), precise(teacher.detach()), valid)
            return self.loss_weight * value

    @abstractmethod
    def value(self, student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
        """The loss before its weight, in float32."""


def checked_temperature(temperature: float) -> float:
    """The temperature, if it is one.

    Raises:
        ValueError: If it is not above 0.
    """
    if temperature <= 0:
        raise ValueError(f'temperature is {temperature}; needed is more than 0')
    return temperature
