"""The decoder of the student."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule, DepthwiseSeparableConvModule
from mmseg.models.utils import resize
from torch import Tensor, nn

from lanedet_mm.models.decode_heads.lane_decode_head import LaneDecodeHead
from lanedet_mm.models.decode_heads.sub_pixel_logits import SubPixelLogits
from lanedet_mm.registry import MODELS


@MODELS.register_module()
class EfficientHead(LaneDecodeHead):
    """A U-Net's expanding half of depthwise-separable convolutions, which any runtime has.

    The deepest feature is brought to its width; then per skip: bilinear upsampling to the skip's
    size, concatenation, depthwise-separable 3x3 convolutions (MobileNets, Howard et al. 2017,
    section 3.1). Any number of skips at any strides. The finest stages may have standard 3x3
    convolutions instead: a line of 3 px is laid there, and few channels make them affordable.

    Args:
        in_channels: Channels of the features, finest first.
        channels: Channels of the decoder at each feature, finest first: as many as `in_channels`.
        num_classes: Classes, background included.
        convs_per_stage: Convolutions at each feature.
        dense_stages: So many stages, from the finest on, have standard convolutions.
        logits_scale: Logits per pixel of the finest feature, along each side, see `SubPixelLogits`:
            with that feature's stride they are as fine as the image.
        background_prior: Probability of the background before the first step, in (0, 1); see
            `LaneDecodeHead`.
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
        channels: Sequence[int],
        num_classes: int,
        convs_per_stage: int = 1,
        dense_stages: int = 0,
        logits_scale: int = 1,
        background_prior: float = 0.95,
        norm_cfg: dict[str, object] | None = None,
        loss_decode: dict[str, object] | list[dict[str, object]],
        sampler: dict[str, object] | None = None,
        ignore_index: int = 255,
        init_cfg: dict[str, object] | None = None,
    ) -> None:
        if len(channels) != len(in_channels):
            raise ValueError(
                f'{len(channels)} decoder widths for {len(in_channels)} features; '
                f'needed are {len(in_channels)}: one for each, finest first'
            )
        if not 0 <= dense_stages <= len(channels):
            raise ValueError(
                f'dense_stages is {dense_stages}; needed is 0 to {len(channels)}, as many stages '
                'as there are features'
            )
        if logits_scale < 1:
            raise ValueError(f'logits_scale is {logits_scale}; needed is 1 or more')
        norm_cfg = norm_cfg or {'type': 'BN'}
        super().__init__(
            in_channels=in_channels,
            channels=channels[0],
            num_classes=num_classes,
            background_prior=background_prior,
            norm_cfg=norm_cfg,
            loss_decode=loss_decode,
            sampler=sampler,
            ignore_index=ignore_index,
            init_cfg=init_cfg,
        )
        if logits_scale > 1:
            self.conv_seg = SubPixelLogits(channels[0], num_classes, scale=logits_scale)
        deeper = [*channels[1:], 0]  # nothing comes from below the deepest
        kinds = [ConvModule] * dense_stages
        kinds += [DepthwiseSeparableConvModule] * (len(channels) - dense_stages)
        self.stages = nn.ModuleList(
            _stage(kind, own + below, width, convs=convs_per_stage, norm_cfg=norm_cfg)
            for kind, own, below, width in zip(kinds, in_channels, deeper, channels, strict=True)
        )

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Logits from features.

        Args:
            inputs: Features, finest first, shape (N, in_channels[i], H_i, W_i).

        Returns:
            Logits, shape (N, num_classes, H_0 * logits_scale, W_0 * logits_scale).
        """
        *skips, deepest = self._transform_inputs(inputs)
        x = self.stages[-1](deepest)
        for index in reversed(range(len(skips))):
            skip = skips[index]
            x = resize(x, size=skip.shape[2:], mode='bilinear', align_corners=self.align_corners)
            x = self.stages[index](torch.cat([skip, x], dim=1))
        return self.cls_seg(x)


def _stage(
    kind: type[nn.Module], in_channels: int, width: int, *, convs: int, norm_cfg: dict[str, object]
) -> nn.Sequential:
    """3x3 convolutions, each with normalization and ReLU; a separable one after both halves."""
    inputs = [in_channels, *[width] * (convs - 1)]
    return nn.Sequential(
        *(kind(before, width, 3, padding=1, norm_cfg=norm_cfg) for before in inputs)
    )
