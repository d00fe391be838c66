"""Labels that a teacher gives to samples that have none."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from mmseg.utils import SampleList
from torch import Tensor

TINY = 1e-6  # in place of a confidence of 0, to which there is no ratio


def with_pseudo_labels(
    data_samples: SampleList,
    logits: Tensor,
    *,
    confidence: float | Sequence[float],
    ignore_index: int,
    align_corners: bool = False,
) -> SampleList:
    """Samples of a batch, of which the unlabeled ones have the class that a teacher is sure of.

    Source: pseudo-labels, Lee 2013; from a frozen teacher, as noisy student training, Xie et al.
    2020 (arXiv:1911.04252). With a confidence for each class: class-balanced self-training, Zou et
    al. 2018 (arXiv:1810.07911), whose label is the class of the largest ratio of probability to
    confidence.

    Args:
        data_samples: Samples with `gt_sem_seg`, shape (1, H, W); unlabeled are those whose metainfo
            says `is_labelled=False`.
        logits: The teacher's of the unlabeled ones, in their order, shape (M, C, h, w).
        confidence: Least probability of a class to be a label: one for all of them, in [0, 1], or
            C of them, in (0, 1]. A rare class that is to be labelled where another is likelier
            has a lower one.
        ignore_index: Label of the pixels of which the teacher is less sure, and of the padding.
        align_corners: Of the resizing of the logits to (H, W).

    Returns:
        The labelled samples themselves, and others in place of the unlabeled ones.
    """
    least = logits.new_tensor(confidence, dtype=torch.float32).expand(logits.shape[1])
    told = iter(logits)
    return [
        sample
        if is_labelled(sample)
        else _labelled(sample, next(told), least, ignore_index, align_corners)
        for sample in data_samples
    ]


def check_confidence(confidence: float | Sequence[float], num_classes: int) -> None:
    """Refuse what cannot be the `confidence` of `with_pseudo_labels`.

    Raises:
        ValueError: If it is out of range, or of other than so many classes.
    """
    if isinstance(confidence, Sequence):
        fits = len(confidence) == num_classes and all(0 < one <= 1 for one in confidence)
    else:
        fits = 0 <= confidence <= 1
    if not fits:
        raise ValueError(
            f'pseudo_label_confidence is {confidence}; needed is a probability in [0, 1], '
            f'{num_classes} of them in (0, 1], one for each class, or None for no pseudo-labels'
        )


def is_labelled(sample: SegDataSample) -> bool:
    """Whether its labels are its own."""
    return bool(sample.metainfo.get('is_labelled', True))


def _labelled(
    sample: SegDataSample,
    logits: Tensor,
    least: Tensor,
    ignore_index: int,
    align_corners: bool,
) -> SegDataSample:
    truth = sample.gt_sem_seg.data
    size_hw = truth.shape[1:]
    fine = F.interpolate(
        logits[None].float(), size_hw, mode='bilinear', align_corners=align_corners
    )
    ratio, label = (fine[0].softmax(dim=0) / least.clamp(min=TINY)[:, None, None]).max(dim=0)
    height, width = sample.metainfo['img_shape'][:2]
    label[height:], label[:, width:] = ignore_index, ignore_index
    label[ratio < 1] = ignore_index
    labelled = SegDataSample(metainfo=sample.metainfo)
    labelled.gt_sem_seg = PixelData(data=label[None].to(truth.dtype))
    return labelled
