"""A plain vision transformer as the contracting half of a U-Net."""

from collections.abc import Sequence
from typing import Any

from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from mmpretrain.models import VisionTransformer
from torch import Tensor, nn

from lanedet_mm.models.backbones.load_vit import load_vit
from lanedet_mm.registry import MODELS


@MODELS.register_module()
class ViTPyramid(BaseModule):
    """Strides 2 and 4 from convolutions on the image, 8, 16 and, if wanted, 32 from the tokens.

    A line of three pixels does not survive a patch of sixteen: the tokens know what is road, the
    convolutions where the paint is. The tokens' strides come from the last layer alone, as in
    ViTDet's simple feature pyramid (Li et al. 2022, arXiv:2203.16527).

    Args:
        vit: Options of mmpretrain's `VisionTransformer`, such as arch and img_size; its patches
            are 16 px. An image of another size interpolates the position embeddings.
        stem_channels: Channels at strides 2 and 4.
        token_channels: Channels at strides 8, 16 and, where there is a third, 32.
        pretrained: Checkpoint of a pretraining, a path or a URL, from which the transformer
            starts; every weight is accounted for (see `load_vit`). None starts from noise. Only
            training needs it, not a test of a trained model.
        norm_cfg: Normalization layer of the convolutions.
        init_cfg: Weights of the whole to start from.
    """

    def __init__(
        self,
        *,
        vit: dict[str, Any],
        stem_channels: Sequence[int] = (32, 64),
        token_channels: Sequence[int] = (128, 256),
        pretrained: str | None = None,
        norm_cfg: dict[str, object] | None = None,
        init_cfg: dict[str, object] | list[dict[str, object]] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if len(stem_channels) != 2 or len(token_channels) not in (2, 3):
            raise ValueError(
                f'stem_channels {tuple(stem_channels)}, token_channels {tuple(token_channels)}; '
                'needed are two of the one, for strides 2 and 4, and two or three of the other, '
                'for 8, 16 and 32'
            )
        norm_cfg = norm_cfg or {'type': 'BN'}
        fine, coarse = stem_channels
        self.stem = nn.ModuleList(
            nn.Sequential(
                ConvModule(before, width, 3, stride=2, padding=1, norm_cfg=norm_cfg),
                ConvModule(width, width, 3, padding=1, norm_cfg=norm_cfg),
            )
            for before, width in ((3, fine), (fine, coarse))
        )
        self.vit = VisionTransformer(**vit, patch_size=16, out_type='featmap')
        width = self.vit.embed_dims
        self.to_stride_8 = ConvModule(
            width,
            token_channels[0],
            2,
            stride=2,
            conv_cfg={'type': 'deconv'},
            norm_cfg=norm_cfg,
        )
        self.to_stride_16 = ConvModule(width, token_channels[1], 1, norm_cfg=norm_cfg)
        self.to_stride_32 = (
            nn.Sequential(
                nn.MaxPool2d(2, ceil_mode=True),
                ConvModule(width, token_channels[2], 1, norm_cfg=norm_cfg),
            )
            if len(token_channels) == 3
            else None
        )
        self.pretrained = pretrained

    def init_weights(self) -> None:
        """Start from `init_cfg`, then the transformer from `pretrained`."""
        super().init_weights()
        if self.pretrained is not None:
            load_vit(self.vit, self.pretrained)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Features of every stride, finest first.

        Args:
            image: Normalized images, shape (N, 3, H, W), of any size.

        Returns:
            One tensor a stride of 2, 4, 8, 16 and, where there is one, 32: shape
            (N, channels, ceil(H / stride), ceil(W / stride)).
        """
        half = self.stem[0](image)
        quarter = self.stem[1](half)
        (tokens,) = self.vit(image)  # (N, embed_dims, ceil(H / 16), ceil(W / 16))
        height, width = ((length + 1) // 2 for length in quarter.shape[2:])
        eighth = self.to_stride_8(tokens)[:, :, :height, :width]  # without the patches' padding
        features = [half, quarter, eighth, self.to_stride_16(tokens)]
        if self.to_stride_32 is not None:
            features.append(self.to_stride_32(tokens))
        return tuple(features)
