"""Labels that a teacher gives to samples that have none."""

import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from mmseg.utils import SampleList
from torch import Tensor


def with_pseudo_labels(
    data_samples: SampleList,
    logits: Tensor,
    *,
    confidence: float,
    ignore_index: int,
    align_corners: bool = False,
) -> SampleList:
    """Samples of a batch, of which the unlabeled ones have the class that a teacher is sure of.

    Source: pseudo-labels, Lee 2013; from a frozen teacher, as noisy student training, Xie et al.
    2020 (arXiv:1911.04252).

    Args:
        data_samples: Samples with `gt_sem_seg`, shape (1, H, W); unlabeled are those whose metainfo
            says `is_labelled=False`.
        logits: The teacher's of the unlabeled ones, in their order, shape (M, C, h, w).
        confidence: Least probability of a class to be a label, in [0, 1].
        ignore_index: Label of the pixels of which the teacher is less sure, and of the padding.
        align_corners: Of the resizing of the logits to (H, W).

    Returns:
        The labelled samples themselves, and others in place of the unlabeled ones.
    """
    told = iter(logits)
    return [
        sample
        if is_labelled(sample)
        else _labelled(sample, next(told), confidence, ignore_index, align_corners)
        for sample in data_samples
    ]


def is_labelled(sample: SegDataSample) -> bool:
    """Whether its labels are its own."""
    return bool(sample.metainfo.get('is_labelled', True))


def _labelled(
    sample: SegDataSample,
    logits: Tensor,
    confidence: float,
    ignore_index: int,
    align_corners: bool,
) -> SegDataSample:
    truth = sample.gt_sem_seg.data
    size_hw = truth.shape[1:]
    fine = F.interpolate(
        logits[None].float(), size_hw, mode='bilinear', align_corners=align_corners
    )
    probability, label = fine[0].softmax(dim=0).max(dim=0)
    height, width = sample.metainfo['img_shape'][:2]
    label[height:], label[:, width:] = ignore_index, ignore_index
    label[probability < confidence] = ignore_index
    labelled = SegDataSample(metainfo=sample.metainfo)
    labelled.gt_sem_seg = PixelData(data=label[None].to(truth.dtype))
    return labelled
