"""Logits finer than the features that they are read from."""

from torch import Tensor, nn


class SubPixelLogits(nn.Sequential):
    """A 1x1 convolution that says every class of every pixel below a feature's, side by side.

    A line of 3 px is less than one feature of stride 4: what is interpolated from such features
    cannot draw its edges, what is read from their channels can. Source: sub-pixel convolution,
    Shi et al. 2016 (arXiv:1609.05158, section 2.2).

    Args:
        channels: Channels of the features.
        num_classes: Classes, background included.
        scale: Logits per feature, along each side.
    """

    def __init__(self, channels: int, num_classes: int, *, scale: int) -> None:
        super().__init__(
            nn.Conv2d(channels, num_classes * scale**2, kernel_size=1), nn.PixelShuffle(scale)
        )
        self.scale = scale

    def start_from_prior(self, prior: Tensor) -> None:
        """Set the biases.

        Args:
            prior: Logit of each class, shape (num_classes,).
        """
        self[0].get_parameter('bias').data.copy_(prior.repeat_interleave(self.scale**2))
