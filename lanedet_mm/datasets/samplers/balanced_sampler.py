"""Every city as often as any other."""

from collections import defaultdict
from collections.abc import Iterator

import torch
from mmengine.dataset import BaseDataset, InfiniteSampler

from lanedet_mm.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class BalancedSampler(InfiniteSampler):
    """An endless shuffled order in which every group of samples comes equally often.

    A round takes one sample of each group, the groups in a new order each time. Each group is
    shuffled by itself, again when all of its samples are seen: those of a small group come more
    often than those of a large one. AEL has sixteen tiles of Sao Paulo for each one of Gopeng.

    Args:
        dataset: What its samples are like before the pipeline is read from `get_data_info`.
        key: The key of these that names the group.
        seed: Of the order; None draws one that all ranks share.

    Raises:
        ValueError: If a sample has no such key.
    """

    def __init__(self, dataset: BaseDataset, *, key: str = 'city', seed: int | None = None) -> None:
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
        super().__init__(dataset, seed=seed)

    def _infinite_indices(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self.seed)
        orders = [_shuffled(group, generator) for group in self.groups]
        while True:
            for group in torch.randperm(len(orders), generator=generator).tolist():
                yield next(orders[group])


def _shuffled(group: list[int], generator: torch.Generator) -> Iterator[int]:
    """The group's indices, in a new order each time that all are used up."""
    while True:
        for place in torch.randperm(len(group), generator=generator).tolist():
            yield group[place]
