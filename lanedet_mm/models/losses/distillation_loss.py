"""What the losses between a student and its teacher share."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn


class DistillationLoss(nn.Module, ABC):
    """A loss between two networks, in float32 also under mixed precision.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(self, *, loss_weight: float, loss_name: str) -> None:
        super().__init__()
        if not loss_name.startswith('loss_'):
            raise ValueError(f"loss_name is {loss_name!r}; without 'loss_' in front nothing learns")
        self.loss_weight = loss_weight
        self.loss_name = loss_name

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
        precise = torch.promote_types(student.dtype, torch.float32)
        with torch.autocast(student.device.type, enabled=False):
            value = self.value(student.to(precise), teacher.detach().to(precise), valid)
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
