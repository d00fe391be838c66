"""Labelled and unlabeled samples in every batch."""

from collections.abc import Iterator
from itertools import chain, islice

import torch
from mmengine.dataset import ConcatDataset
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from lanedet_mm.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class MixedBatchSampler(Sampler[int]):
    """An endless order of a `ConcatDataset` of labelled and unlabeled tiles.

    Every batch has its labelled samples first, then `round(batch_size * ratio)` unlabeled ones.
    Both kinds are shuffled by themselves, each again when all of its own are seen, so that a small
    set is not thinned out by a large one. As mmengine's `InfiniteSampler`: each rank has its own
    part of the same order, and `skip` goes on after a resume where the training was.

    Args:
        dataset: A `ConcatDataset` of two: labelled, unlabeled.
        batch_size: The loader's, of one rank.
        ratio: Share of the unlabeled samples of a batch, in (0, 1).
        seed: Of the order; None draws one that all ranks share.
    """

    def __init__(
        self,
        dataset: ConcatDataset,
        *,
        batch_size: int,
        ratio: float,
        seed: int | None = None,
    ) -> None:
        parts = [len(part) for part in getattr(dataset, 'datasets', [])]
        if len(parts) != 2 or not all(parts):
            raise ValueError(
                f'{type(dataset).__name__} of parts with {parts} samples; needed is a '
                'ConcatDataset of two that are not empty: labelled, unlabeled'
            )
        unlabeled = round(batch_size * ratio)
        if not 0 < unlabeled < batch_size:
            raise ValueError(
                f'ratio {ratio} gives {unlabeled} unlabeled of a batch of {batch_size}; needed is '
                f'1 to {batch_size - 1}: change ratio or batch_size, or train without this sampler'
            )
        self.counts = (batch_size - unlabeled, unlabeled)
        self.parts = tuple(parts)
        self.seed = sync_random_seed() if seed is None else seed
        self.rank, self.world_size = get_dist_info()
        self.indices = self._indices_of_rank()

    def __iter__(self) -> Iterator[int]:
        """This rank's indices, without an end."""
        yield from self.indices

    def __len__(self) -> int:
        """Number of samples of both parts."""
        return sum(self.parts)

    def skip(self, num_samples: int) -> None:
        """Go to an absolute position of this rank's order; before iterating.

        Args:
            num_samples: Indices that a training has used already.
        """
        if num_samples < 0:
            raise ValueError(f'num_samples is {num_samples}; needed is 0 or more')
        self.indices = islice(self._indices_of_rank(), num_samples, None)

    def set_epoch(self, epoch: int) -> None:
        """There are no epochs."""

    def _indices_of_rank(self) -> Iterator[int]:
        starts = (0, self.parts[0])
        orders = [
            islice(_shuffled(start, size, self.seed + part), self.rank, None, self.world_size)
            for part, (start, size) in enumerate(zip(starts, self.parts, strict=True))
        ]
        while True:
            yield from chain.from_iterable(
                islice(order, count) for order, count in zip(orders, self.counts, strict=True)
            )


def _shuffled(start: int, size: int, seed: int) -> Iterator[int]:
    """Indices from `start`, in a new order each time that all are used up."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        for index in torch.randperm(size, generator=generator).tolist():
            yield start + index
