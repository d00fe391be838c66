"""What a decode head says, as it is before any resizing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn


@dataclass(frozen=True)
class HeadOutput:
    """Logits, and the features that they are read from.

    Attributes:
        features: Shape (N, channels, H, W).
        logits: Shape (N, classes, H, W).
    """

    features: Tensor
    logits: Tensor

    @staticmethod
    @contextmanager
    def heard_from(head: BaseDecodeHead) -> Iterator[list['HeadOutput']]:
        """Every output of a head while the context lasts; its loss and its forward give one each.

        mmseg's heads read their logits by the layer `conv_seg`, so that it is listened to: a head
        computes its losses without handing out its logits.
        """
        heard: list[HeadOutput] = []

        def keep(_: nn.Module, inputs: tuple[Any, ...], logits: Tensor) -> None:
            heard.append(HeadOutput(inputs[0], logits))

        handle = head.conv_seg.register_forward_hook(keep)
        try:
            yield heard
        finally:
            handle.remove()
