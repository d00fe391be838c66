"""What the teacher believes of every pixel."""

from torch import Tensor

from lanedet_mm.models.losses.distillation_loss import DistillationLoss, checked_temperature
from lanedet_mm.registry import MODELS


def softened_kl(
    student: Tensor, teacher: Tensor, valid: Tensor, *, temperature: float = 4.0
) -> Tensor:
    """KL divergence of the student's class probabilities from the teacher's, both softened.

    `KL(softmax(teacher / T) || softmax(student / T))` of each pixel, mean over the valid ones.

    Args:
        student: Logits, shape (N, C, H, W).
        teacher: Logits, shape (N, C, H, W).
        valid: Which pixels count, boolean, shape (N, H, W).
        temperature: `T`; the higher, the more the unlikely classes count.

    Returns:
        Scalar, at least 0; 0 with a gradient path where no pixel is valid.
    """
    told = (teacher / temperature).log_softmax(dim=1)
    heard = (student / temperature).log_softmax(dim=1)
    divergence = (told.exp() * (told - heard)).sum(dim=1)  # (N, H, W)
    return divergence.where(valid, 0).sum() / valid.sum().clamp(min=1)


@MODELS.register_module()
class LogitDistillationLoss(DistillationLoss):
    """`T^2` times the softened KL divergence.

    The factor keeps the size of the gradients when `T` changes. Source: Hinton et al. 2015
    (arXiv:1503.02531, section 2.1).

    Args:
        temperature: `T`, of student and teacher.
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self, *, temperature: float = 4.0, loss_weight: float = 1.0, loss_name: str = 'loss_kd'
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.temperature = checked_temperature(temperature)

    def value(self, student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
        """`softened_kl` of the logits, times `T^2`.

        Raises:
            ValueError: If there is one channel, whose softmax is 1 whatever it says.
        """
        if student.shape[1] < 2:
            raise ValueError(
                f'logits of {student.shape[1]} channel; needed is one for each class: set '
                'out_channels of the decode head to num_classes'
            )
        divergence = softened_kl(student, teacher, valid, temperature=self.temperature)
        return self.temperature**2 * divergence
