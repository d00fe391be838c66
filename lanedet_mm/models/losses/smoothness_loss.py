"""Neighbours of one class should be told alike."""

from torch import Tensor

from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
from lanedet_mm.registry import MODELS


def smoothness(prob: Tensor, label: Tensor, *, ignore_index: int = 255) -> Tensor:
    """Total variation of the probabilities between neighbours of the same true class.

    Half the sum over classes of `|p_i - p_j|`, which is the total variation distance of two
    distributions, mean over the pairs of horizontal and vertical neighbours that are valid and
    have the same label: borders between classes cost nothing. Source of the penalty: Rudin, Osher
    and Fatemi 1992.

    Args:
        prob: Class probabilities in [0, 1], shape (N, C, H, W).
        label: Class indices, shape (N, H, W).
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Scalar in [0, 1]; 0 with a gradient path where there is no such pair.
    """
    total = pairs = prob.new_zeros(())
    for axis in (1, 2):
        length = label.shape[axis] - 1
        here, there = label.narrow(axis, 0, length), label.narrow(axis, 1, length)
        alike = (here == there) & (here != ignore_index)
        step = prob.narrow(axis + 1, 0, length) - prob.narrow(axis + 1, 1, length)
        total = total + (step.abs().sum(dim=1) * alike).sum() / 2
        pairs = pairs + alike.sum()
    return total / pairs.clamp(min=1)


@MODELS.register_module()
class SmoothnessLoss(SegmentationLoss):
    """Total variation within the true classes.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(self, *, loss_weight: float = 1.0, loss_name: str = 'loss_smoothness') -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """`smoothness` of the probabilities."""
        return smoothness(logits.softmax(dim=1), label, ignore_index=ignore_index)
