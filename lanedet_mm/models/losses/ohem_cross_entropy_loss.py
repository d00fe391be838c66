"""Cross entropy of the pixels that a model finds hard."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lanedet_mm.models.losses.segmentation_loss import SegmentationLoss
from lanedet_mm.registry import MODELS


def hard_pixels(
    pixel_loss: Tensor,
    valid: Tensor,
    *,
    thresh: float = 0.7,
    min_kept: int = 1024,
    per_image: bool = False,
) -> Tensor:
    """Which pixels online hard example mining keeps.

    All valid pixels with a loss of at least `thresh`, and never fewer than the `min_kept` hardest;
    all valid ones where there are fewer of them. Pixels as hard as the last one are kept too.

    Source: online hard example mining, Shrivastava et al. 2016, by threshold and least number as
    for segmentation in Wu et al. 2016 (arXiv:1605.06885, online bootstrapping).

    Args:
        pixel_loss: Loss of each pixel, at least 0, and 0 where it is ignored, shape (N, H, W).
        valid: Which pixels count, boolean, shape (N, H, W).
        thresh: Loss from which a pixel is hard.
        min_kept: Pixels that are kept at least, of the batch or of each image.
        per_image: Look for the hardest in each image instead of in the whole batch.

    Returns:
        Boolean, shape (N, H, W), without a gradient.
    """
    loss = pixel_loss.detach()
    hard = loss >= thresh
    if thresh <= 0:
        hard &= valid
    if not min_kept or _has_enough(hard, min_kept, per_image):
        return hard
    # The least of the hardest is the bar; no sort, and no branch that waits for the device.
    count = min(min_kept, loss[0].numel())
    hardest = loss.flatten(1).topk(count, dim=1, sorted=False).values  # (N, count)
    if not per_image:
        hardest = hardest.reshape(1, -1)
        hardest = hardest.topk(min(min_kept, hardest.numel()), dim=1, sorted=False).values
    bar = hardest.amin(dim=1).clamp(max=thresh)
    return valid & (loss >= bar.view(-1, 1, 1))


def _has_enough(hard: Tensor, min_kept: int, per_image: bool) -> bool:
    """Whether the threshold keeps enough; asked on a CPU alone, where the answer costs no wait."""
    if hard.device.type != 'cpu' or torch.compiler.is_compiling():
        return False
    counts = hard.count_nonzero(dim=(1, 2)) if per_image else hard.count_nonzero()
    return bool((counts >= min_kept).all())


def pixel_cross_entropy(logits: Tensor, label: Tensor, *, ignore_index: int = 255) -> Tensor:
    """Cross entropy of each pixel, shape (N, H, W); 0 where it is ignored."""
    return F.cross_entropy(logits, label, ignore_index=ignore_index, reduction='none')


@MODELS.register_module()
class OHEMCrossEntropyLoss(SegmentationLoss):
    """Cross entropy of the hard pixels alone.

    Unlike mmseg's `OHEMPixelSampler`, `thresh` is a loss and not a probability, the least number
    is of the whole batch unless `per_image`, and the hardest are found without sorting.

    Args:
        thresh: Cross entropy from which a pixel is hard.
        min_kept: Pixels that are kept at least, of the batch or of each image.
        per_image: Look for the hardest in each image instead of in the whole batch.
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(
        self,
        *,
        thresh: float = 0.7,
        min_kept: int = 1024,
        per_image: bool = False,
        loss_weight: float = 1.0,
        loss_name: str = 'loss_ohem',
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        if thresh < 0 or min_kept < 0:
            raise ValueError(
                f'thresh is {thresh}, min_kept is {min_kept}; needed is 0 or more of both: thresh '
                'is a loss, min_kept a number of pixels'
            )
        self.thresh = thresh
        self.min_kept = min_kept
        self.per_image = per_image

    def value(self, logits: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """Mean cross entropy of the hard pixels."""
        loss = pixel_cross_entropy(logits, label, ignore_index=ignore_index)
        hard = self.hard(loss, label, ignore_index).to(loss)
        return (loss * hard).sum() / hard.sum().clamp(min=1)

    def hard(self, pixel_loss: Tensor, label: Tensor, ignore_index: int) -> Tensor:
        """The pixels that are kept, boolean, shape (N, H, W)."""
        return hard_pixels(
            pixel_loss,
            label != ignore_index,
            thresh=self.thresh,
            min_kept=self.min_kept,
            per_image=self.per_image,
        )
