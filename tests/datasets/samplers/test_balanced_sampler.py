from collections import Counter
from itertools import islice
from typing import Any

import pytest
from mmengine.dataset import BaseDataset

from lanedet_mm.datasets.samplers import BalancedSampler, balanced_sampler
from lanedet_mm.registry import DATA_SAMPLERS

CITIES = ['sao_paulo'] * 16 + ['cairo'] * 4 + ['gopeng']


class Tiles(BaseDataset):
    def load_data_list(self) -> list[dict[str, Any]]:
        return [dict(city=city, number=index) for index, city in enumerate(CITIES)]


def take(count: int, **options: Any) -> list[int]:  # noqa: ANN401
    return list(islice(BalancedSampler(Tiles(), **{'seed': 1, **options}), count))


def test_every_round_has_each_city_once_in_an_order_of_its_own() -> None:
    rounds = [[CITIES[index] for index in take(300)[at : at + 3]] for at in range(0, 300, 3)]
    assert all(sorted(one) == ['cairo', 'gopeng', 'sao_paulo'] for one in rounds)
    assert len({tuple(one) for one in rounds}) == 6


def test_a_city_is_used_up_before_a_tile_of_it_comes_again() -> None:
    seen = [index for index in take(3 * 32) if CITIES[index] == 'sao_paulo']
    assert sorted(seen[:16]) == sorted(seen[16:]) == list(range(16))
    assert seen[:16] != seen[16:]
    assert Counter(take(3 * 32))[20] == 32


def test_seeds_ranks_and_a_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = take(60)
    assert take(60) == whole != take(60, seed=2)
    resumed = BalancedSampler(Tiles(), seed=1)
    resumed.skip(24)
    assert list(islice(resumed, 36)) == whole[24:]
    parts = []
    for rank in (0, 1):
        monkeypatch.setattr('mmengine.dataset.sampler.get_dist_info', lambda rank=rank: (rank, 2))
        parts.append(take(30))
    assert parts == [whole[::2], whole[1::2]]


def test_another_key_and_one_that_is_missing() -> None:
    assert sorted(take(21, key='number')) == list(range(21))
    with pytest.raises(ValueError, match=r"sample 0 of Tiles has no 'place'; it has \['city'"):
        BalancedSampler(Tiles(), key='place')


def test_a_config_builds_it() -> None:
    stock = dict(type='InfiniteSampler', shuffle=True)  # what an inherited config has
    built = DATA_SAMPLERS.build(dict(stock, type='BalancedSampler', dataset=Tiles(), seed=0))
    assert type(built) is balanced_sampler.BalancedSampler


def test_without_shuffling_cities_come_in_turn_and_tiles_in_order() -> None:
    assert take(9, shuffle=False) == [0, 16, 20, 1, 17, 20, 2, 18, 20]
