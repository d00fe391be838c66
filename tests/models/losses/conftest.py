from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor


def _line_label(size: int) -> Tensor:
    label = torch.zeros(1, size, size, dtype=torch.long)
    label[:, :, 5::16] = 1
    label[:, :, 11::16] = 2
    return label


def _logits_of(label: Tensor, classes: int = 3, scale: float = 100.0) -> Tensor:
    return F.one_hot(label, classes).permute(0, 3, 1, 2).float() * scale


@pytest.fixture
def line_label() -> Callable[[int], Tensor]:
    """One-pixel lines of both classes, each 16 px apart: the same share of every size."""
    return _line_label


@pytest.fixture
def logits_of() -> Callable[..., Tensor]:
    """Logits that are sure of a label."""
    return _logits_of


@pytest.fixture
def random_case() -> tuple[Tensor, Tensor]:
    """Logits and labels of two images in float64, a fifth of the pixels ignored."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 9, 11, dtype=torch.float64, generator=generator)
    label = torch.randint(0, 3, (2, 9, 11), generator=generator)
    label[torch.rand(2, 9, 11, generator=generator) < 0.2] = 255
    return logits, label
