"""What the decoders share."""

import math
from collections.abc import Sequence

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.utils import SampleList
from torch import Tensor, nn

from lanedet_mm.models.decode_heads.sub_pixel_logits import SubPixelLogits


class LaneDecodeHead(BaseDecodeHead):
    """Every feature from finest to deepest, a start from the background's prior, logged parts.

    A decoder gives logits of the size of the finest feature, or finer ones by `SubPixelLogits`;
    mmseg resizes them to the image where that has another size.

    Args:
        in_channels: Channels of the features, finest first.
        channels: Channels that the logits are read from.
        num_classes: Classes, background included.
        background_prior: Probability of the background before the first step, in (0, 1). Lanes
            cover a few percent of the pixels; a start at 1 / classes spends the first hundred
            steps on learning that (Lin et al. 2017, section 4.1).
        norm_cfg: Normalization layer.
        loss_decode: Loss, or list of losses. A loss with `parts` has them logged beside it.
        sampler: mmseg's pixel sampler, for losses that take its weights.
        ignore_index: Label of the pixels that count for nothing.
        init_cfg: Weights to start from.
    """

    def __init__(
        self,
        *,
        in_channels: Sequence[int],
        channels: int,
        num_classes: int,
        background_prior: float,
        norm_cfg: dict[str, object],
        loss_decode: dict[str, object] | list[dict[str, object]],
        sampler: dict[str, object] | None,
        ignore_index: int,
        init_cfg: dict[str, object] | None,
    ) -> None:
        super().__init__(
            list(in_channels),
            channels,
            num_classes=num_classes,
            out_channels=num_classes,
            dropout_ratio=0,
            norm_cfg=norm_cfg,
            in_index=list(range(len(in_channels))),
            input_transform='multiple_select',
            loss_decode=loss_decode,
            ignore_index=ignore_index,
            sampler=sampler,
            init_cfg=init_cfg or {'type': 'Normal', 'std': 0.01, 'override': {'name': 'conv_seg'}},
        )
        self.background_prior = background_prior

    def init_weights(self) -> None:
        """Start from `init_cfg`, then from the background's prior."""
        super().init_weights()
        self.start_from_prior(self.conv_seg)

    def start_from_prior(self, layer: nn.Module) -> None:
        """Set the bias of a layer that gives logits to the log of the classes' priors."""
        odds = self.background_prior / (1 - self.background_prior)
        prior = torch.zeros(self.num_classes)
        prior[0] = math.log(odds * (self.num_classes - 1))
        if isinstance(layer, SubPixelLogits):
            layer.start_from_prior(prior)
        else:
            layer.get_parameter('bias').data.copy_(prior)

    def loss_by_feat(self, seg_logits: Tensor, batch_data_samples: SampleList) -> dict[str, Tensor]:
        """mmseg's losses, and the parts of those that are sums.

        Args:
            seg_logits: Shape (N, num_classes, H, W); resized to the labels.
            batch_data_samples: Samples with `gt_sem_seg`.

        Returns:
            Name to value; parts have no `loss` in their names, so that they are only logged.
        """
        losses: dict[str, Tensor] = super().loss_by_feat(seg_logits, batch_data_samples)
        for loss in self.loss_decode.modules():
            losses |= getattr(loss, 'parts', {})
        return losses
