from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.datasets.splits.leave_one_city_out import leave_one_city_out
from lanedet_mm.datasets.splits.split import Split

IDS = ['00000001', '00000002', '30000001', '50000001', '60000001', '60000002']
APART = np.array([[k * 1000, 0, k * 1000 + 100, 100] for k in range(6)], float)


@pytest.mark.parametrize(
    ('test_city', 'val_city', 'test', 'val', 'train'),
    [
        ('glasgow', None, IDS[2:3], IDS[3:4], IDS[:2] + IDS[4:]),
        ('sao_paulo', None, IDS[4:], IDS[:2], IDS[2:4]),  # after the last comes the first
        ('glasgow', 'sao_paulo', IDS[2:3], IDS[4:], [*IDS[:2], IDS[3]]),
    ],
)
def test_one_city_a_side(
    test_city: str, val_city: str | None, test: list[str], val: list[str], train: list[str]
) -> None:
    split = leave_one_city_out(IDS, APART, test_city=test_city, val_city=val_city)
    assert split.name == f'loco_{test_city}'
    assert {side: list(tiles) for side, tiles in split.sides.items()} == {
        'train': train,
        'val': val,
        'test': test,
    }


def test_cities_that_meet_give_way() -> None:
    regions = APART.copy()
    regions[0] = regions[2] - [10, 0, 10, 0]  # a tile of valencia on the ground of glasgow
    split = leave_one_city_out(IDS, regions, test_city='glasgow')
    assert split.dropped['train'] == ('00000001',)
    assert split.sides['train'] == ('00000002', '60000001', '60000002')


@pytest.mark.parametrize(
    ('test_city', 'val_city'), [('cairo', None), ('glasgow', 'cairo'), ('glasgow', 'glasgow')]
)
def test_cities_that_are_not_there_are_refused(test_city: str, val_city: str | None) -> None:
    with pytest.raises(ValueError, match=r"there are tiles of \['valencia', 'glasgow', 'nevada'"):
        leave_one_city_out(IDS, APART, test_city=test_city, val_city=val_city)


def test_two_cities_are_too_few() -> None:
    with pytest.raises(ValueError, match='a third one to train on'):
        leave_one_city_out(IDS[:3], APART[:3], test_city='glasgow')


def test_without_validation_every_other_city_trains(tmp_path: Path) -> None:
    split = leave_one_city_out(IDS, APART, test_city='glasgow', validate=False)
    assert split.name == 'loco_glasgow_final'
    assert set(split.sides) == {'train', 'test'}
    assert set(split.sides['train']) | set(split.sides['test']) == set(IDS)
    (tmp_path / 'val_data.json').touch()
    split.write(tmp_path, images={})
    assert not (tmp_path / 'val_data.json').exists()
    assert Split.read(tmp_path).sides == split.sides
