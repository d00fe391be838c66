"""How strongly losses pull at features."""

import torch
from torch import Tensor


def gradient_norm(losses: dict[str, Tensor], features: Tensor) -> Tensor:
    """Norm of the gradient of a sum of losses at features, 0 where none depends on them."""
    parts = [one for name, one in losses.items() if 'loss' in name and one.requires_grad]
    if not parts:
        return features.new_zeros(())
    total = torch.stack(parts).sum()
    (gradient,) = torch.autograd.grad(total, features, retain_graph=True, allow_unused=True)
    return features.new_zeros(()) if gradient is None else gradient.float().norm()
