"""The U-Net decoder."""

import math
from collections.abc import Sequence

import torch
from mmseg.models.backbones.unet import BasicConvBlock
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.utils import SELayer, resize
from torch import Tensor, nn

from lanedet_mm.models.decode_heads.attention_gate import AttentionGate
from lanedet_mm.registry import MODELS


@MODELS.register_module()
class PremiumUNetHead(BaseDecodeHead):
    """From the deepest features up, one skip at a time.

    Channel attention (squeeze and excitation, Hu et al. 2018) at the bottleneck, then per skip:
    bilinear upsampling to the skip's size, an attention gate on the skip, two 3x3 convolutions.
    Any number of skips at any strides; the logits have the size of the finest skip, and mmseg
    resizes them to the image where that is larger.

    Args:
        in_channels: Channels of the features, finest first.
        channels: Channels of the decoder at each skip, finest first; one fewer than `in_channels`.
        num_classes: Classes, background included.
        use_attention: Whether skips pass through attention gates.
        dropout: Share of the channels that training drops at the bottleneck; halved at each skip.
        convs_per_stage: 3x3 convolutions after each skip.
        background_prior: Probability of the background before the first step, in (0, 1). Lanes
            cover a few percent of the pixels; a start at 1 / classes spends the first hundred
            steps on learning that (Lin et al. 2017, section 4.1).
        norm_cfg: Normalization layer.
        loss_decode: Loss, or list of losses.
        ignore_index: Label of the pixels that count for nothing.
        init_cfg: Weights to start from.
    """

    def __init__(
        self,
        *,
        in_channels: Sequence[int],
        channels: Sequence[int],
        num_classes: int,
        use_attention: bool = True,
        dropout: float = 0.2,
        convs_per_stage: int = 2,
        background_prior: float = 0.95,
        norm_cfg: dict[str, object] | None = None,
        loss_decode: dict[str, object] | list[dict[str, object]],
        ignore_index: int = 255,
        init_cfg: dict[str, object] | None = None,
    ) -> None:
        if len(channels) != len(in_channels) - 1:
            raise ValueError(
                f'{len(channels)} decoder widths for {len(in_channels)} features; '
                f'needed are {len(in_channels) - 1}: one for each but the deepest'
            )
        norm_cfg = norm_cfg or {'type': 'BN'}
        super().__init__(
            list(in_channels),
            channels[0],
            num_classes=num_classes,
            out_channels=num_classes,
            dropout_ratio=0,
            norm_cfg=norm_cfg,
            in_index=list(range(len(in_channels))),
            input_transform='multiple_select',
            loss_decode=loss_decode,
            ignore_index=ignore_index,
            init_cfg=init_cfg or {'type': 'Normal', 'std': 0.01, 'override': {'name': 'conv_seg'}},
        )
        self.bottleneck = SELayer(in_channels[-1], act_cfg=({'type': 'ReLU'}, {'type': 'Sigmoid'}))
        self.bottleneck_dropout = nn.Dropout2d(dropout)
        deeper = [*channels[1:], in_channels[-1]]
        self.gates = nn.ModuleList(
            AttentionGate(skip, below, norm_cfg=norm_cfg) if use_attention else nn.Identity()
            for skip, below in zip(in_channels[:-1], deeper, strict=True)
        )
        self.stages = nn.ModuleList(
            BasicConvBlock(skip + below, width, num_convs=convs_per_stage, norm_cfg=norm_cfg)
            for skip, below, width in zip(in_channels[:-1], deeper, channels, strict=True)
        )
        # The finer the features, the less there is to drop: a thin line lives in few channels.
        depth = len(channels)
        self.dropouts = nn.ModuleList(
            nn.Dropout2d(dropout / 2 ** (depth - index)) for index in range(depth)
        )
        self.use_attention = use_attention
        self.background_prior = background_prior

    def init_weights(self) -> None:
        """Start from `init_cfg`, then from the background's prior."""
        super().init_weights()
        odds = self.background_prior / (1 - self.background_prior)
        nn.init.zeros_(self.conv_seg.bias)
        with torch.no_grad():
            self.conv_seg.bias[0] = math.log(odds * (self.num_classes - 1))

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Logits from features.

        Args:
            inputs: Features, finest first, shape (N, in_channels[i], H_i, W_i).

        Returns:
            Logits, shape (N, num_classes, H_0, W_0).
        """
        *skips, deepest = self._transform_inputs(inputs)
        x = self.bottleneck_dropout(self.bottleneck(deepest))
        for index in reversed(range(len(skips))):
            skip = skips[index]
            x = resize(x, size=skip.shape[2:], mode='bilinear', align_corners=self.align_corners)
            if self.use_attention:
                skip = self.gates[index](skip, x)
            x = self.dropouts[index](self.stages[index](torch.cat([skip, x], dim=1)))
        return self.cls_seg(x)
