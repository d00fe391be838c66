"""A surrogate of the intersection over union."""

import torch
from mmseg.models.losses.lovasz_loss import lovasz_grad
from torch import Tensor

from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
from lanedet_mm.registry import MODELS


def lovasz_softmax(prob: Tensor, label: Tensor, *, ignore_index: int = 255) -> Tensor:
    """Lovász extension of 1 - IoU, mean over the classes that the batch has.

    mmseg's own `LovaszLoss` picks the valid pixels and the present classes on the host, which
    waits for the device and breaks a compiled graph; here they stay in place with an error of 0,
    and count for nothing. Source: Berman et al. 2018 (arXiv:1705.08790), by mmseg's `lovasz_grad`.

    Args:
        prob: Class probabilities in [0, 1], shape (N, C, H, W).
        label: Class indices, shape (N, H, W).
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Scalar in [0, 1]; 0 with a gradient path where no pixel is valid.
    """
    valid = label != ignore_index
    losses, present = [], []
    for index in range(prob.shape[1]):
        truth = (label == index) & valid
        error = (truth.to(prob) - prob[:, index]).abs() * valid
        error, order = error.flatten().sort(descending=True)
        losses.append(error @ lovasz_grad(truth.flatten()[order].float()).to(prob))
        present.append(truth.any())
    there = torch.stack(present).to(prob)
    return (torch.stack(losses) * there).sum() / there.sum().clamp(min=1)


@MODELS.register_module()
class LovaszSoftmaxLoss(SegmentationLoss):
    """Lovász-Softmax of the whole batch.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(self, *, loss_weight: float = 1.0, loss_name: str = 'loss_lovasz') -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """`lovasz_softmax` of the probabilities."""
        return lovasz_softmax(logits.softmax(dim=1), label, ignore_index=ignore_index)
