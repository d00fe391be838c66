from collections import Counter
from itertools import islice

import pytest
from mmengine.dataset import ConcatDataset, pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch.utils.data import ConcatDataset as TorchConcatDataset
from torch.utils.data import DataLoader, Dataset

from lanedet_mm.datasets.samplers import MixedBatchSampler, mixed_batch_sampler
from lanedet_mm.registry import DATA_SAMPLERS

LABELLED, UNLABELED = 10, 35


class Numbers(Dataset):
    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> int:
        return index


def both(labelled: int = LABELLED, unlabeled: int = UNLABELED) -> TorchConcatDataset:
    return TorchConcatDataset([Numbers(labelled), Numbers(unlabeled)])


def sampler(seed: int = 3, batch_size: int = 8, ratio: float = 0.25) -> MixedBatchSampler:
    return MixedBatchSampler(both(), batch_size=batch_size, ratio=ratio, seed=seed)


def batches(one: MixedBatchSampler, count: int, size: int = 8) -> list[list[int]]:
    indices = list(islice(one, count * size))
    return [indices[start : start + size] for start in range(0, len(indices), size)]


@pytest.mark.parametrize(
    ('size', 'ratio', 'unlabeled'), [(8, 0.25, 2), (8, 0.5, 4), (2, 0.5, 1), (6, 0.3, 2)]
)
def test_every_batch_has_the_ratio(size: int, ratio: float, unlabeled: int) -> None:
    for one in batches(sampler(batch_size=size, ratio=ratio), 50, size):
        kinds = [index >= LABELLED for index in one]
        assert kinds == [False] * (size - unlabeled) + [True] * unlabeled


def test_each_kind_is_used_up_before_it_comes_again() -> None:
    seen = [index for one in batches(sampler(), 70) for index in one]
    labelled = [index for index in seen if index < LABELLED]
    unlabeled = [index for index in seen if index >= LABELLED]
    assert [len(labelled), len(unlabeled)] == [6 * 70, 2 * 70]
    for kind, size in ((labelled, LABELLED), (unlabeled, UNLABELED)):
        for start in range(0, len(kind), size):
            assert len(set(kind[start : start + size])) == size
    assert set(Counter(unlabeled).values()) == {4}
    assert labelled[:LABELLED] != labelled[LABELLED : 2 * LABELLED]


def test_the_seed_gives_the_order() -> None:
    assert batches(sampler(seed=1), 5) == batches(sampler(seed=1), 5)
    assert batches(sampler(seed=1), 5) != batches(sampler(seed=2), 5)


def test_two_ranks_share_one_order_and_both_have_the_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = []
    for rank in (0, 1):
        monkeypatch.setattr(mixed_batch_sampler, 'get_dist_info', lambda rank=rank: (rank, 2))
        ranks.append(batches(sampler(), 5))
    assert all(sum(index >= LABELLED for index in one) == 2 for rank in ranks for one in rank)
    # 5 batches of 6 from each rank are the labelled ones three times each, 5 of 2 are 20 others.
    seen = [index for rank in ranks for one in rank for index in one]
    counts = Counter(index for index in seen if index < LABELLED)
    assert set(counts.values()) == {6}
    others = [index for index in seen if index >= LABELLED]
    assert len(set(others)) == len(others) == 20
    alone = [index for one in batches(_alone(monkeypatch), 10) for index in one]
    assert sorted(seen) == sorted(alone)


def _alone(monkeypatch: pytest.MonkeyPatch) -> MixedBatchSampler:
    monkeypatch.setattr(mixed_batch_sampler, 'get_dist_info', lambda: (0, 1))
    return sampler()


def test_a_resumed_training_goes_on_where_it_was() -> None:
    whole, resumed = batches(sampler(), 30), sampler()
    resumed.skip(8 * 12)
    assert batches(resumed, 18) == whole[12:]
    with pytest.raises(ValueError, match='num_samples is -1; needed is 0 or more'):
        resumed.skip(-1)


def test_a_loader_s_batches_are_the_sampler_s() -> None:
    loader = DataLoader(both(), batch_size=8, sampler=sampler(), collate_fn=pseudo_collate)
    for got, want in zip(islice(loader, 5), batches(sampler(), 5), strict=True):
        assert got == [index % LABELLED if index < LABELLED else index - LABELLED for index in want]


def test_a_runner_builds_it_from_a_config() -> None:
    init_default_scope('lanedet_mm')
    assert DATA_SAMPLERS.get('MixedBatchSampler') is MixedBatchSampler
    assert DATA_SAMPLERS.get('InfiniteSampler').__name__ == 'InfiniteSampler'
    options = {'type': 'MixedBatchSampler', 'batch_size': 4, 'ratio': 0.5}
    config = {'batch_size': 4, 'num_workers': 0, 'dataset': both(), 'sampler': options}
    loader = Runner.build_dataloader(config, seed=3)
    assert loader.sampler.seed == 3
    assert len(loader.sampler) == LABELLED + UNLABELED
    loader.sampler.set_epoch(1)  # what mmengine's hook calls


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r'ratio 0.05 gives 0 unlabeled of a batch of 8; needed'):
        sampler(ratio=0.05)
    with pytest.raises(ValueError, match=r'ratio 1.0 gives 8 unlabeled .*; needed is 1 to 7'):
        sampler(ratio=1.0)
    with pytest.raises(ValueError, match=r'Numbers of parts with \[\] samples; needed is a Conc'):
        MixedBatchSampler(Numbers(3), batch_size=8, ratio=0.5)
    with pytest.raises(ValueError, match=r'ConcatDataset of parts with \[4, 0\] samples'):
        MixedBatchSampler(both(4, 0), batch_size=8, ratio=0.5)
    assert issubclass(ConcatDataset, TorchConcatDataset)  # mmengine's has `datasets` too
