"""The contracting half of a U-Net."""

from collections.abc import Sequence

from mmengine.model import BaseModule
from mmseg.models.backbones.unet import BasicConvBlock
from torch import Tensor, nn

from lanedet_mm.registry import MODELS


@MODELS.register_module()
class UNetEncoder(BaseModule):
    """Stages of 3x3 convolutions, each at half the size of the one before.

    The first stage works at full size: a lane marking is two or three pixels wide and does not
    survive a stride. Source: U-Net, Ronneberger et al. 2015, with batch norm and padding.

    Args:
        in_channels: Channels of the image.
        widths: Channels of each stage; stage i has stride 2**i.
        convs_per_stage: Conv-BN-ReLU blocks of each stage.
        dropout: Share of the channels that training drops at the end of the last stage.
        norm_cfg: Normalization layer.
        init_cfg: Weights to start from.
    """

    def __init__(
        self,
        *,
        in_channels: int = 3,
        widths: Sequence[int] = (32, 64, 128, 256, 512),
        convs_per_stage: int = 3,
        dropout: float = 0.1,
        norm_cfg: dict[str, object] | None = None,
        init_cfg: dict[str, object] | list[dict[str, object]] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        inputs = [in_channels, *widths[:-1]]
        self.stages = nn.ModuleList(
            BasicConvBlock(
                before, width, num_convs=convs_per_stage, norm_cfg=norm_cfg or {'type': 'BN'}
            )
            for before, width in zip(inputs, widths, strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout2d(dropout)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Features of every stage, finest first.

        Args:
            image: Normalized images, shape (N, in_channels, H, W), H and W at least 2**(stages-1).

        Returns:
            One tensor a stage, shape (N, widths[i], H // 2**i, W // 2**i).
        """
        features = []
        for index, stage in enumerate(self.stages):
            image = stage(image if index == 0 else self.pool(image))
            features.append(image)
        features[-1] = self.dropout(features[-1])
        return tuple(features)
