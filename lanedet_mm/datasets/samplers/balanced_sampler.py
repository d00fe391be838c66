"""Every city as often as any other."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

import torch
from mmengine.dataset import BaseDataset, InfiniteSampler

from lanedet_mm.registry import DATA_SAMPLERS

Item = TypeVar('Item')


@DATA_SAMPLERS.register_module()
class BalancedSampler(InfiniteSampler):
    """An endless shuffled order in which every group of samples comes equally often.

    A round takes one sample of each group, the groups in a new order each time. Each group is
    shuffled by itself, again when all of its samples are seen: those of a small group come more
    often than those of a large one. AEL has sixteen tiles of Sao Paulo for each one of Gopeng.

    Args:
        dataset: What its samples are like before the pipeline is read from `get_data_info`.
        key: The key of these that names the group.
        shuffle: False takes the groups in turn, and the samples of each in their own order.
        seed: Of the order; None draws one that all ranks share.

    Raises:
        ValueError: If a sample has no such key.
    """

    def __init__(
        self,
        dataset: BaseDataset,
        *,
        key: str = 'city',
        shuffle: bool = True,
        seed: int | None = None,
    ) -> None:
        groups: dict[object, list[int]] = defaultdict(list)
        for index in range(len(dataset)):
            sample = dataset.get_data_info(index)
            if key not in sample:
                raise ValueError(
                    f'sample {index} of {type(dataset).__name__} has no {key!r}; it has '
                    f'{sorted(sample)}: name one of them as key, or take InfiniteSampler'
                )
            groups[sample[key]].append(index)
        self.groups = list(groups.values())
        super().__init__(dataset, shuffle=shuffle, seed=seed)

    def _infinite_indices(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed) if self.shuffle else None
        orders = [_endless(group, generator) for group in self.groups]
        for order in _endless(orders, generator):
            yield next(order)


def _endless(items: list[Item], generator: torch.Generator | None) -> Iterator[Item]:
    """All items again and again, with a generator in a new order each time."""
    while True:
        if generator is None:
            yield from items
        else:
            order = torch.randperm(len(items), generator=generator)
            yield from (items[place] for place in order.tolist())
