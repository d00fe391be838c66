"""What every loss is called and how much it counts."""

import torch
from torch import Tensor, nn


class WeightedLoss(nn.Module):
    """A loss with a weight and a name.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Key in the log; must start with `loss_` to be optimised.
    """

    def __init__(self, *, loss_weight: float, loss_name: str) -> None:
        super().__init__()
        if not loss_name.startswith('loss_'):
            raise ValueError(f"loss_name is {loss_name!r}; without 'loss_' in front nothing learns")
        self.loss_weight = loss_weight
        self.loss_name = loss_name


def precise(tensor: Tensor) -> Tensor:
    """In float32 at least: sums over many pixels are lost in half precision."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
