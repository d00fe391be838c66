"""The GPU that an engine is built for and runs on."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

import torch


@dataclass(frozen=True)
class Gpu:
    """One GPU of this machine.

    Attributes:
        index: Its place among them.
        name: What the driver calls it.
        compute_capability: Its generation, such as '9.0'.
    """

    index: int
    name: str
    compute_capability: str

    @classmethod
    def of(cls, device: str) -> Self:
        """The GPU that a device's name means.

        Args:
            device: `cuda` or `cuda:1`.

        Raises:
            ValueError: If it is no GPU, or this machine has none of that index.
        """
        kind, _, index = device.partition(':')
        if kind != 'cuda' or not (index or '0').isdecimal():
            raise ValueError(f'TensorRT runs on a GPU, not on {device!r}; take cuda or cuda:1')
        place, there = int(index or 0), torch.cuda.device_count()
        if place >= there:
            raise ValueError(
                f'no GPU {device!r}: PyTorch sees {there} here; TensorRT needs one of NVIDIA, '
                'and PyTorch built for CUDA'
            )
        found = torch.cuda.get_device_properties(place)
        return cls(place, found.name, f'{found.major}.{found.minor}')

    @property
    def device(self) -> torch.device:
        """Where PyTorch's tensors of this GPU lie."""
        return torch.device('cuda', self.index)

    def active(self) -> AbstractContextManager[object]:
        """Inside, CUDA means this GPU, to PyTorch and to TensorRT."""
        return torch.cuda.device(self.index)
