"""Additive attention on a skip connection."""

from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from torch import Tensor, nn


class AttentionGate(BaseModule):
    """Weighs each pixel of a skip by what the decoder already knows there.

    `skip * sigmoid(psi(relu(W_x skip + W_g gate)))`, one weight a pixel. Source: Attention U-Net,
    Oktay et al. 2018, equation 1, at the skip's own size.

    Args:
        skip_channels: Channels of the skip.
        gate_channels: Channels of the gating signal.
        norm_cfg: Normalization layer.
    """

    def __init__(
        self, skip_channels: int, gate_channels: int, *, norm_cfg: dict[str, object]
    ) -> None:
        super().__init__()
        inner = max(skip_channels // 2, 8)
        self.skip = ConvModule(skip_channels, inner, 1, norm_cfg=norm_cfg, act_cfg=None)
        self.gate = ConvModule(gate_channels, inner, 1, norm_cfg=norm_cfg, act_cfg=None)
        self.weight = ConvModule(inner, 1, 1, norm_cfg=norm_cfg, act_cfg={'type': 'Sigmoid'})
        self.relu = nn.ReLU(inplace=True)

    def forward(self, skip: Tensor, gate: Tensor) -> Tensor:
        """Weighted skip; both inputs (N, C, H, W) with the same H and W."""
        return skip * self.weight(self.relu(self.skip(skip) + self.gate(gate)))
