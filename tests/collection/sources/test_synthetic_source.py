from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.collection.collector import Collector
from lanedet_mm.collection.sources import SyntheticSource
from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.synthesis.rendered_dataset import NetworkOptions, network_tile
from lanedet_mm.synthesis.tile_writer import photograph

OPTIONS: dict[str, Any] = {
    'tiles_per_city': 3, 'cities': ('gopeng',), 'tile_px': 64, 'extent_m': 1000.0
}  # fmt: skip


def images(**options: Any) -> list[np.ndarray]:  # noqa: ANN401
    source = SyntheticSource(**{**OPTIONS, **options})
    return [source.fetch(request).image for request in source.requests()]


def test_the_same_seed_gives_the_same_pixels_and_another_one_does_not() -> None:
    first, again, other = images(), images(), images(seed=1)
    np.testing.assert_array_equal(first, again)
    assert all((one != two).any() for one, two in zip(first, other, strict=True))
    assert all((one != two).any() for one, two in pairwise(first))


def test_more_tiles_begin_with_the_same_ones() -> None:
    np.testing.assert_array_equal(images(tiles_per_city=2), images()[:2])


def test_a_tile_is_the_photograph_of_its_annotation() -> None:
    source = SyntheticSource(**OPTIONS, gsd_m=(0.1, 0.1), seed=3)
    options = NetworkOptions(size_px=64, gsd_range_m=(0.1, 0.1), extent_m=1000.0, seed=3)
    for index, request in enumerate(source.requests()):
        annotation = network_tile('gopeng', index, options, side='train')
        assert (request.key, request.place) == (f'gopeng/{index}', 'gopeng')
        assert request.region == annotation.region
        tile = source.fetch(request)
        assert tile.gsd_m == pytest.approx(0.1, rel=1e-6)
        rgb = photograph(f'4000000{index}', annotation, seed=3)
        np.testing.assert_array_equal(tile.image, rgb[..., ::-1])


def test_a_named_split_keeps_its_rendered_ground_out(
    tmp_path: Path, write_tile: Callable[..., TileAnnotation], write_manifest: Callable[..., Path]
) -> None:
    first, second, _ = SyntheticSource(**OPTIONS).requests()
    assert first.region is not None
    write_tile('40000001', corner_m=first.region[:2], size_px=64, meters_per_pixel=0.01)
    for side in ('train', 'test'):
        write_manifest(['40000001'], f'{side}_data.json')
    collector = Collector(
        out=tmp_path / 'out', exclude_splits=[{'data_root': str(tmp_path), 'split': '.'}]
    )
    source = {'type': 'SyntheticSource', **OPTIONS, 'tiles_per_city': 2}
    assert first.region[2] < second.region[0] or first.region[0] > second.region[2]
    report = collector.collect([source])
    assert report.counts['rendered']['excluded'] == 1
    assert report.counts['rendered']['kept'] == 1


@pytest.mark.parametrize(
    'options', [{'cities': ('berlin',)}, {'tiles_per_city': 0}, {'cities': ()}]
)
def test_a_city_that_is_none_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r'needed are some of .*valencia.* and 1 or more'):
        SyntheticSource(**{**OPTIONS, **options})
