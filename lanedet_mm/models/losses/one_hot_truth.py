"""Class indices as one map a class."""

import torch
from torch import Tensor


def one_hot_truth(label: Tensor, like: Tensor, *, ignore_index: int = 255) -> Tensor:
    """Maps of 0 and 1, all 0 at ignored pixels.

    Args:
        label: Class indices, shape (N, H, W).
        like: Gives shape (N, C, H, W), dtype, device and memory layout.
        ignore_index: Label of the pixels that count for nothing.

    Returns:
        Shape (N, C, H, W).
    """
    valid = (label != ignore_index).unsqueeze(1)
    index = label.unsqueeze(1).where(valid, 0)
    return torch.zeros_like(like).scatter(1, index, valid.to(like))
