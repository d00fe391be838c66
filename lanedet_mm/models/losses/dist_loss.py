"""How the teacher ranks classes in a pixel, and pixels in a class."""

from torch import Tensor

from lanedet_mm.models.losses.distillation_loss import DistillationLoss, checked_temperature
from lanedet_mm.registry import MODELS

_LEAST_SPREAD = 1e-16  # of two variances' product: what does not vary correlates with nothing


def inter_class_relation(student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
    """1 - Pearson correlation over the classes of a pixel, mean over the valid pixels.

    Args:
        student: Class probabilities in [0, 1], shape (N, C, H, W).
        teacher: Class probabilities in [0, 1], shape (N, C, H, W).
        valid: Which pixels count, boolean, shape (N, H, W).

    Returns:
        Scalar in [0, 2]; 0 with a gradient path where no pixel is valid.
    """
    ours, theirs = (one - one.mean(dim=1, keepdim=True) for one in (student, teacher))
    products = (ours * theirs, ours.square(), theirs.square())
    apart = 1 - _correlation(*(product.mean(dim=1) for product in products))  # (N, H, W)
    return apart.where(valid, 0).sum() / valid.sum().clamp(min=1)


def intra_class_relation(student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
    """1 - Pearson correlation over the pixels of a class, mean over the classes.

    The paper correlates the samples of a batch; here all valid pixels of all its images are the
    samples of one correlation, so that a class which an image lacks still has pixels elsewhere.

    Args:
        student: Class probabilities in [0, 1], shape (N, C, H, W).
        teacher: Class probabilities in [0, 1], shape (N, C, H, W).
        valid: Which pixels count, boolean, shape (N, H, W).

    Returns:
        Scalar in [0, 2]; 0 with a gradient path where no pixel is valid.
    """
    counted = valid.unsqueeze(1)  # (N, 1, H, W)
    count, pixels = valid.sum().clamp(min=1), (0, 2, 3)
    ours, theirs = (
        (one - one.where(counted, 0).sum(dim=pixels, keepdim=True) / count).where(counted, 0)
        for one in (student, teacher)
    )
    covariance, own, its = (
        product.sum(dim=pixels) / count
        for product in (ours * theirs, ours.square(), theirs.square())
    )
    return (1 - _correlation(covariance, own, its)).mean() * valid.any()


def _correlation(covariance: Tensor, variance: Tensor, other: Tensor) -> Tensor:
    """In [-1, 1]; 0 where one of the two does not vary."""
    return covariance * (variance * other).clamp(min=_LEAST_SPREAD).rsqrt()


@MODELS.register_module()
class DISTLoss(DistillationLoss):
    """Weighted sum of both relations of the probabilities, times `temperature^2`.

    A correlation asks for the teacher's order and not for its confidence, which a much smaller
    student cannot reach. Source: DIST, Huang et al. 2022 (arXiv:2205.10536).

    Args:
        inter_weight: Weight of `inter_class_relation`.
        intra_weight: Weight of `intra_class_relation`.
        temperature: Of student and teacher.
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self,
        *,
        inter_weight: float = 1.0,
        intra_weight: float = 1.0,
        temperature: float = 1.0,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_dist',
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.inter_weight = inter_weight
        self.intra_weight = intra_weight
        self.temperature = checked_temperature(temperature)

    def value(self, student: Tensor, teacher: Tensor, valid: Tensor) -> Tensor:
        """The weighted sum of the relations."""
        ours, theirs = ((one / self.temperature).softmax(dim=1) for one in (student, teacher))
        inter = inter_class_relation(ours, theirs, valid)
        intra = intra_class_relation(ours, theirs, valid)
        return self.temperature**2 * (self.inter_weight * inter + self.intra_weight * intra)
