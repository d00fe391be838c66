"""How well the borders of the lanes lie."""

import torch.nn.functional as F
from torch import Tensor

from lanedet_mm.models.losses.one_hot_truth import one_hot_truth
from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
from lanedet_mm.registry import MODELS


def soft_boundary(prob: Tensor, valid: Tensor) -> Tensor:
    """How much each pixel is a class's border: it is the class, and a neighbour is not.

    A max pooling of `1 - prob` minus `1 - prob` itself, which has a gradient where an argmax has
    none. All of a line of one or two pixels is border.

    Args:
        prob: Class probabilities in [0, 1], shape (N, C, H, W).
        valid: Which pixels count, 0 or 1, shape (N, 1, H, W).

    Returns:
        In [0, 1], 0 at pixels that do not count, shape (N, C, H, W).
    """
    other = (1 - prob) * valid  # an ignored pixel is no neighbour
    return (F.max_pool2d(other, 3, stride=1, padding=1) - other) * valid


def lane_boundary(
    prob: Tensor, label: Tensor, *, tolerance_px: int = 2, ignore_index: int = 255
) -> Tensor:
    """1 - F1 of the borders within a tolerance, mean over the lane classes that the batch has.

    Source: Bokhovkin and Burnaev 2019 (arXiv:1905.07852), with the batch in place of each image
    and without the background, whose border is that of the lanes.

    Args:
        prob: Class probabilities in [0, 1], shape (N, C, H, W); class 0 is the background.
        label: Class indices, shape (N, H, W).
        tolerance_px: How far two borders may lie apart.
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Scalar in [0, 1]; 0 with a gradient path where no lane is.
    """
    valid = (label != ignore_index).unsqueeze(1).to(prob)
    truth = one_hot_truth(label, prob, ignore_index=ignore_index)
    found = soft_boundary(prob[:, 1:], valid)
    there = soft_boundary(truth[:, 1:], valid)
    side = 2 * tolerance_px + 1
    near_found = F.max_pool2d(found, side, stride=1, padding=tolerance_px)
    near_there = F.max_pool2d(there, side, stride=1, padding=tolerance_px)
    over = (0, 2, 3)
    tiny = 1e-6
    precision = (found * near_there).sum(over) / (found.sum(over) + tiny)
    recall = (there * near_found).sum(over) / (there.sum(over) + tiny)
    f1 = 2 * precision * recall / (precision + recall + tiny)
    present = (truth[:, 1:].sum(over) > 0).to(prob)
    return ((1 - f1) * present).sum() / present.sum().clamp(min=1)


@MODELS.register_module()
class LaneBoundaryLoss(SegmentationLoss):
    """Soft F1 of the lanes' borders.

    Another than mmseg's `BoundaryLoss`, which is that of PIDNet's boundary head.

    Args:
        tolerance_px: How far two borders may lie apart.
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self,
        *,
        tolerance_px: int = 2,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_boundary',
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        if tolerance_px < 0:
            raise ValueError(f'tolerance_px is {tolerance_px}; needed is 0 or more')
        self.tolerance_px = tolerance_px

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """`lane_boundary` of the probabilities."""
        return lane_boundary(
            logits.softmax(dim=1), label, tolerance_px=self.tolerance_px, ignore_index=ignore_index
        )
