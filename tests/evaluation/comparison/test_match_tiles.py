from collections.abc import Callable
from dataclasses import replace

import pytest

from lanedet_mm.evaluation.comparison.match_tiles import match_tiles
from lanedet_mm.evaluation.records.tile_record import TileRecord

MakeTile = Callable[..., TileRecord]


def test_tiles_are_paired_by_name_in_any_order(make_tile: MakeTile) -> None:
    a = [make_tile(name) for name in 'xyz']
    # The prediction may differ: found, missed and false pixels; the labelled pixels are ten.
    b = [make_tile(name, solid=(4, 6, 9), lines=(3, 10, 4, 7)) for name in 'zxy']
    assert [(one.a.id, one.b.id) for one in match_tiles(a, b)] == [(c, c) for c in 'xyz']


def test_how_many_tiles_differ_is_told(make_tile: MakeTile) -> None:
    a, b = ([make_tile(name) for name in names] for names in ('uvwxyz', 'wxyzk'))
    message = r"2 of 6 tiles are in A only \['u', 'v'\], 1 of 5 in B only \['k'\]"
    with pytest.raises(ValueError, match=message):
        match_tiles(a, b)
    with pytest.raises(ValueError, match='0 of 0 tiles are in A only'):
        match_tiles([], [])


def test_another_truth_is_no_comparison(make_tile: MakeTile) -> None:
    a = [make_tile('x'), make_tile('y')]
    message = r"1 of 2 tiles have another truth in B than in A \['y'\]"
    others = [
        make_tile('y', solid=(10, 1, 0)),
        replace(a[1], gsd_m=0.2),
        replace(a[1], block='elsewhere'),
        replace(a[1], classes=('background', 'white', 'yellow')),
        replace(a[1], scenarios={'shadow': a[1].sums}),
    ]
    for other in others:
        with pytest.raises(ValueError, match=message):
            match_tiles(a, [a[0], other])
