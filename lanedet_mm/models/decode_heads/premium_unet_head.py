"""The U-Net decoder."""

from collections.abc import Sequence

import torch
from mmengine.model import normal_init
from mmseg.models.backbones.unet import BasicConvBlock
from mmseg.models.utils import SELayer, resize
from mmseg.utils import SampleList, add_prefix
from torch import Tensor, nn

from lanedet_mm.models.decode_heads.attention_gate import AttentionGate
from lanedet_mm.models.decode_heads.lane_decode_head import LaneDecodeHead
from lanedet_mm.registry import MODELS


@MODELS.register_module()
class PremiumUNetHead(LaneDecodeHead):
    """From the deepest features up, one skip at a time.

    Channel attention (squeeze and excitation, Hu et al. 2018) at the bottleneck, then per skip:
    bilinear upsampling to the skip's size, an attention gate on the skip, two 3x3 convolutions.
    Any number of skips at any strides.

    Args:
        in_channels: Channels of the features, finest first.
        channels: Channels of the decoder at each skip, finest first; one fewer than `in_channels`.
        num_classes: Classes, background included.
        use_attention: Whether skips pass through attention gates.
        dropout: Share of the channels that training drops at the bottleneck; halved at each skip.
        convs_per_stage: 3x3 convolutions after each skip.
        background_prior: Probability of the background before the first step, in (0, 1); see
            `LaneDecodeHead`.
        deep_supervision: Weight of the losses of the coarser stages, whose logits are resized to
            the labels (Lee et al. 2015); 0 builds no layers for them. They learn, and are neither
            in a prediction nor in an export.
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
        use_attention: bool = True,
        dropout: float = 0.2,
        convs_per_stage: int = 2,
        background_prior: float = 0.95,
        deep_supervision: float = 0.0,
        norm_cfg: dict[str, object] | None = None,
        loss_decode: dict[str, object] | list[dict[str, object]],
        sampler: dict[str, object] | None = None,
        ignore_index: int = 255,
        init_cfg: dict[str, object] | None = None,
    ) -> None:
        if len(channels) != len(in_channels) - 1:
            raise ValueError(
                f'{len(channels)} decoder widths for {len(in_channels)} features; '
                f'needed are {len(in_channels) - 1}: one for each but the deepest'
            )
        if deep_supervision < 0:
            raise ValueError(f'deep_supervision is {deep_supervision}; needed is 0 or more')
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
        coarse = [nn.Conv2d(width, num_classes, 1) for width in channels[1:] if deep_supervision]
        self.coarse_logits = nn.ModuleList(coarse)
        self.use_attention = use_attention
        self.deep_supervision = deep_supervision

    def init_weights(self) -> None:
        """Start from `init_cfg`, then from the background's prior."""
        super().init_weights()
        for layer in self.coarse_logits:
            normal_init(layer, std=0.01)
            self.start_from_prior(layer)

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Logits from features.

        Args:
            inputs: Features, finest first, shape (N, in_channels[i], H_i, W_i).

        Returns:
            Logits, shape (N, num_classes, H_0, W_0).
        """
        return self.cls_seg(self._decode(inputs)[0])

    def loss(
        self,
        inputs: tuple[Tensor, ...],
        batch_data_samples: SampleList,
        train_cfg: dict[str, object],
    ) -> dict[str, Tensor]:
        """Losses of the logits and, with deep supervision, of the coarser stages.

        Args:
            inputs: Features, finest first.
            batch_data_samples: Samples with `gt_sem_seg`.
            train_cfg: Not used.

        Returns:
            Name to value; those of coarser stages begin with `stage1.`, `stage2.` and so on.
        """
        finest, *coarser = self._decode(inputs)
        losses = self.loss_by_feat(self.cls_seg(finest), batch_data_samples)
        for index, (layer, x) in enumerate(zip(self.coarse_logits, coarser, strict=False), 1):
            own = self.loss_by_feat(layer(x), batch_data_samples)
            own = {
                name: value * self.deep_supervision for name, value in own.items() if 'loss' in name
            }
            losses |= add_prefix(own, f'stage{index}')
        return losses

    def _decode(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """Features of every stage, finest first."""
        *skips, deepest = self._transform_inputs(inputs)
        x = self.bottleneck_dropout(self.bottleneck(deepest))
        features: list[Tensor] = []
        for index in reversed(range(len(skips))):
            skip = skips[index]
            x = resize(x, size=skip.shape[2:], mode='bilinear', align_corners=self.align_corners)
            if self.use_attention:
                skip = self.gates[index](skip, x)
            x = self.dropouts[index](self.stages[index](torch.cat([skip, x], dim=1)))
            features.insert(0, x)
        return features
