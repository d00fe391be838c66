"""Where the teacher sees each class."""

import torch
from torch import Tensor

from lanedet_mm.models.losses.distillation_loss import DistillationLoss, checked_temperature
from lanedet_mm.registry import MODELS


def channel_wise_kl(
    student: Tensor, teacher: Tensor, valid: Tensor, *, temperature: float = 4.0
) -> Tensor:
    """KL divergence of where a channel is active, mean over channels and images.

    Each channel of an image is a distribution over its valid positions, the softmax of
    `x / temperature`. The divergence of two distributions does not grow with the image.

    Args:
        student: Logits or features, shape (N, C, H, W).
        teacher: The same of the teacher, shape (N, C, H, W).
        valid: Which pixels count, boolean, shape (N, H, W).
        temperature: The higher, the wider the region that counts.

    Returns:
        Scalar, at least 0; images without a valid pixel are left out; 0 with a gradient path where
        there is no other.
    """
    outside = ~valid.flatten(1).unsqueeze(1)  # (N, 1, H * W)
    lowest = torch.finfo(student.dtype).min  # not -inf: a channel without positions is no number
    told, heard = (
        (one.flatten(2) / temperature).masked_fill(outside, lowest).log_softmax(dim=2)
        for one in (teacher, student)
    )
    divergence = (told.exp() * (told - heard)).masked_fill(outside, 0)  # (N, C, H * W)
    seen = valid.flatten(1).any(dim=1).sum()
    return divergence.sum(dim=2).mean(dim=1).sum() / seen.clamp(min=1)


@MODELS.register_module()
class ChannelWiseDistillationLoss(DistillationLoss):
    """`temperature^2` times the channel-wise KL divergence.

    Source: channel-wise knowledge distillation (CWD), Shu et al. 2021 (arXiv:2011.13256,
    equations 3 to 5); temperature and weight are the paper's for logits.

    Args:
        temperature: Of student and teacher.
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self, *, temperature: float = 4.0, loss_weight: float = 3.0, loss_name: str = 'loss_cwd'
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.temperature = checked_temperature(temperature)

    def value(self, student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
        """`channel_wise_kl`, times the temperature's square."""
        divergence = channel_wise_kl(student, teacher, valid, temperature=self.temperature)
        return self.temperature**2 * divergence
