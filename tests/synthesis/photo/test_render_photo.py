import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lanedet_mm.lanes import Lane, TileAnnotation
from lanedet_mm.lanes.cities import CITIES, city_of
from lanedet_mm.lanes.ground_scale import ground_scale, mercator_x, mercator_y
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.render_photo import render_photo

NEVADA = CITY_STYLES['nevada']
SHARED = Path(os.environ.get('LANEDET_SHARED', Path(__file__).parents[4] / 'shared'))


def _annotation(
    lanes: list[Lane], *, gsd_m: float = 0.125, size_wh: tuple[int, int] = (256, 256)
) -> TileAnnotation:
    left, bottom = mercator_x(-115.1), mercator_y(36.2)
    meters_per_pixel = gsd_m / ground_scale(bottom)
    top = bottom + size_wh[1] * meters_per_pixel
    return TileAnnotation(
        region=(left, bottom, left + size_wh[0] * meters_per_pixel, top),
        size_wh=size_wh,
        meters_per_pixel=meters_per_pixel,
        lanes=tuple(lanes),
    )


def _road(*, size: int = 256, gsd_m: float = 0.125, solid: bool = True) -> TileAnnotation:
    """A road from top to bottom: edge lines and a divider in the middle."""
    middle, lane = size / 2, 3.5 / gsd_m
    lines = [
        Lane(np.array([[col, -50.0], [col, size + 50.0]]), solid=solid or col != middle)
        for col in (middle - lane, middle, middle + lane)
    ]
    return _annotation(lines, gsd_m=gsd_m, size_wh=(size, size))


def _digest(seed: int) -> str:
    return hashlib.sha256(render_photo(_road(), NEVADA, seed=seed).tobytes()).hexdigest()


def test_same_seed_same_picture_in_any_process() -> None:
    here = [_digest(seed) for seed in range(3)]
    with ProcessPoolExecutor(2) as pool:
        there = list(pool.map(_digest, range(3)))
    assert here == there
    assert len(set(here)) == 3


def test_the_picture_depends_on_the_annotation_and_the_city() -> None:
    base = render_photo(_road(), NEVADA, seed=0)
    assert np.any(base != render_photo(_road(solid=False), NEVADA, seed=0))
    assert np.any(base != render_photo(_road(), CITY_STYLES['cairo'], seed=0))


def _grey(annotation: TileAnnotation, seed: int) -> NDArray[np.float64]:
    return np.asarray(render_photo(annotation, NEVADA, seed=seed).mean(axis=-1), np.float64)


@pytest.mark.parametrize('gsd_m', [0.06, 0.125, 0.3])
def test_paint_is_brighter_than_its_sides_where_the_annotation_says(gsd_m: float) -> None:
    annotation = _road(gsd_m=gsd_m)
    contrast = []
    for seed in range(6):
        grey = _grey(annotation, seed)
        for lane in annotation.lanes:
            col = round(float(lane.vertices[0, 0]))
            aside = max(round(0.5 / gsd_m), 2)
            # Beyond an edge line a pale sidewalk may begin: look on the lane's side.
            inner = col + aside if col < 128 else col - aside
            contrast.append(float(np.median(grey[:, col] - grey[:, inner])))
    assert np.mean(contrast) > 5
    assert np.mean(np.array(contrast) > 1) > 0.7


@pytest.mark.parametrize('gsd_m', [0.08, 0.16])
def test_dashes_have_a_period_of_the_city_in_ground_metres(gsd_m: float) -> None:
    size = 512
    annotation = _road(size=size, gsd_m=gsd_m, solid=False)
    patterns = {*NEVADA.dash_patterns_m, NEVADA.motorway_dash_m}
    shares = []
    for seed in range(4):
        grey = _grey(annotation, seed)
        col, aside = size // 2, round(0.6 / gsd_m)
        signal = grey[:, col] - (grey[:, col - aside] + grey[:, col + aside]) / 2
        rows_m = np.arange(size) * gsd_m
        power = {
            sum(p): abs(np.sum((signal - signal.mean()) * np.exp(2j * np.pi * rows_m / sum(p))))
            for p in patterns
        }
        other = [
            abs(np.sum((signal - signal.mean()) * np.exp(2j * np.pi * rows_m / period)))
            for period in np.arange(5.0, 9.0, 0.5)
        ]
        shares.append(max(power.values()) / np.mean(other))
    assert np.median(shares) > 1.5


def _square(vertices: list[list[float]]) -> Lane:
    return Lane(np.array(vertices, np.float64))


@pytest.mark.parametrize(
    'lanes',
    [
        [],
        [_square([[1e5, 1e5], [1e5, 2e5]])],
        [_square([[-4e6, 30.0], [5e6, 31.0]])],
        [_square([[20.0, 20.0], [20.0, 20.0]])],
        [_square([[20.0, 20.0], [20.4, 20.0]])],
        [_square([[10.0, 10.0], [50.0, 50.0]]), _square([[10.0, 10.0], [50.0, 50.0]])],
        [_square([[10.0, 10.0], [50.0, 50.0], [10.0, 10.0], [50.0, 50.0]])],
    ],
    ids=['none', 'outside', 'endless', 'no length', 'short', 'twice', 'back and forth'],
)
def test_any_annotation_is_rendered(lanes: list[Lane]) -> None:
    photo = render_photo(_annotation(lanes, size_wh=(96, 64)), NEVADA, seed=0)
    assert photo.shape == (64, 96, 3)
    assert photo.dtype == np.uint8
    assert photo.std() > 5


@pytest.mark.parametrize('size_wh', [(1, 1), (1, 90), (7, 3), (1500, 5)])
def test_any_size_is_rendered(size_wh: tuple[int, int]) -> None:
    lanes = [_square([[-20.0, 2.0], [80.0, 3.0]])]
    photo = render_photo(_annotation(lanes, size_wh=size_wh), NEVADA, seed=0)
    assert photo.shape == (size_wh[1], size_wh[0], 3)


@pytest.mark.parametrize('gsd_m', [0.05, 0.33])
def test_both_ends_of_the_scale(gsd_m: float) -> None:
    for kind in range(8):
        lanes = [
            Lane(
                np.array([[10.0, 0.0], [100.0, 128.0]]),
                single=bool(kind & 1),
                white=bool(kind & 2),
                solid=bool(kind & 4),
            )
        ]
        photo = render_photo(_annotation(lanes, gsd_m=gsd_m, size_wh=(128, 128)), NEVADA, seed=kind)
        assert photo.std() > 5


def test_cities_differ_and_so_do_their_tiles() -> None:
    colours = {
        name: np.array(
            [
                render_photo(_road(size=128, gsd_m=0.3), CITY_STYLES[name], seed=seed).mean((0, 1))
                for seed in range(8)
            ]
        )
        for name in CITIES
    }
    means = np.array([colour.mean(axis=0) for colour in colours.values()])
    warmth = means[:, 0] - means[:, 2]
    assert CITIES[int(np.argmin(warmth))] == 'glasgow'
    assert np.ptp(warmth) > 8
    assert all(colour.std(axis=0).max() > 3 for colour in colours.values())


@pytest.mark.skipif(
    not (SHARED / 'ael/json').is_dir(), reason='AEL annotations are not here; set LANEDET_SHARED'
)
def test_real_annotations_are_rendered() -> None:
    for path in sorted((SHARED / 'ael/json').glob('*.json'))[::800]:
        annotation = TileAnnotation.read(path)
        photo = render_photo(annotation, CITY_STYLES[city_of(path.stem)], seed=0)
        assert photo.shape == (1280, 1280, 3)
